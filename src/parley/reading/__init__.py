"""From a news page to who stands where: sentences, actors, speakers, and where each party stands over time."""
