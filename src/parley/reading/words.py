"""Word lists that the rules of this room share: verbs of reporting, titles, and what may follow a demonym."""

import re
from collections.abc import Iterable


def _forms(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def alternatives(words: Iterable[str]) -> str:
    """Return the words as alternatives of a pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


SAY = _forms(
    "said says say saying told tells tell added adds add adding asked asks warned warns warn warning replied "
    "replies responded responds answered answers declared declares declare announced announces announce stated "
    "states insisted insists insist stressed stresses argued argues argue claimed claims claim wrote writes write "
    "urged urges pleaded vowed vows vow denied denies deny confirmed confirms confirm noted notes believes "
    "believe believed thinks thought shouted cried exclaimed recalled reported reports report explained explains "
    "suggested suggests maintained maintains reiterated repeated emphasised emphasized remarked observed admitted "
    "admits acknowledged acknowledges acknowledge conceded complained complains threatened threatens threaten "
    "promised promises promise pledged pledges tweeted posted continued concluded demanded demands demand boasted "
    "joked charged alleged alleges accepted predicted cautioned countered retorted quipped signalled signaled "
    "hinted revealed disclosed indicated proclaimed voiced hoped affirmed asserted asserts contends contended"
)
"""Verbs that report words, in the forms newspapers use."""

SAY_THAT = SAY - _forms(
    "accepted demands demand demanded states reports notes claims charged continued posted urged tweeted voiced "
    "repeated reiterated emphasised emphasized"
)
"""Those that may open indirect speech without ``that`` or a quotation mark."""

CLOSING = _forms(
    "said says say reported reports claimed claims claim added adds argued argues insisted insists declared noted "
    "wrote confirmed announced stated suggested maintained admitted believes"
)
"""Those that may close a clause with their speaker behind them: ``..., said Peskov``."""

CALL = _forms(
    "called calls call described describes dismissed dismisses rejected denounced condemned branded labelled "
    "labeled termed slammed hailed praised"
)
"""Verbs after which a few quoted words are the subject's own."""

TITLES = _forms(
    "President Prime Minister Foreign Defence Defense Interior Deputy Vice Premier Chancellor King Queen Prince "
    "Emir Sheikh Ayatollah General Gen. Colonel Col. Major Maj. Lt. Lieutenant Capt. Captain Admiral Marshal "
    "Field Ambassador Envoy Special Secretary Secretary-General Secretary-general Senator Sen. Rep. Gov. Governor "
    "Mr. Mrs. Ms. Dr. Mr Mrs Ms Dr Sir Lord Supreme Leader Speaker Pope Commander Chief Spokesman Spokeswoman "
    "Spokesperson Mediator Former Acting Crown National Security Adviser Army Parliament Justice Finance Chairman "
    "Chair Commissioner Representative Imam Mullah Mayor State of and"
)
"""Words that stand between a party's name and a person's, or before a surname; never a given name."""

PARTY_HEADS = _forms(
    "services guards helicopters paratroopers gendarmes gunboats peacekeepers chancellor prince Senate Assembly "
    "secretary fighters separatists bank commission council congress Congress official officials government "
    "governments authorities authority cabinet administration leader leaders leadership president presidents "
    "premier minister ministers ministry ministries parliament lawmaker lawmakers senator senators deputies army "
    "armies military forces force troops soldiers navy fleet police command commander commanders general generals "
    "officer officers negotiator negotiators delegation delegations delegate delegates envoy envoys diplomat "
    "diplomats ambassador ambassadors mediator mediators team side sides spokesman spokeswoman spokesperson "
    "spokesmen representative representatives regime junta state embassy consulate counterpart counterparts chief "
    "chiefs adviser advisers aide aides proposal proposals offer offers demand demands plan plans position "
    "positions ultimatum terms conditions statement reply response refusal rejection acceptance pledge promise "
    "initiative draft attack attacks strike strikes airstrikes raid raids shelling offensive invasion incursion "
    "bombardment assault advance withdrawal blockade missiles drones jets warplanes aircraft warships "
    "intelligence diplomacy foreign-policy stance sources source opposition president's government's army's "
    "military's king emir sultan prime Prime President Foreign Defence Defense Army Embassy Parliament Government "
    "Navy Chancellor Premier King Minister Ministry Secretary Ambassador Supreme General"
)
"""Nouns after a demonym that make it speak of the party: ``Russian officials``, and not ``a Russian novel``."""

GOVERNING = _forms(
    "government governments ministry minister official officials parliament Parliament authorities cabinet junta "
    "leadership regime guard administration"
)
"""Nouns beside a capital that make it its government's: ``officials in Kyiv``, ``the Bangui government``."""

COMMON_WORDS = _forms("Male Centre")
"""Capitals and seats that begin a sentence more often as a common word."""

MODIFIERS = _forms(
    "information health agriculture commerce trade oil energy transport war crown central Grand National foreign "
    "defence defense senior top chief special presidential government military prime deputy peace security state "
    "army naval air ground interior intelligence national federal parliamentary former interim acting new armed "
    "counter drone missile artillery diplomatic political high-ranking high-level general negotiating finance "
    "justice ruling occupation joint border riot and or latest"
)
"""Words that may stand between a demonym and its head."""

STARTERS = _forms(
    "He She It They We I You The This That These Those There A An In On At By But And Yet Both Neither Nobody "
    "None Some Most Many His Her Its Their Our My What Why When Where Who How If As After Before Since While No "
    "Not So Then Now Each Another Monitors Meanwhile"
)
"""Words that begin a sentence rather than go on after an abbreviation, and are no given name before a surname."""

DAYS = _forms(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Jan. Feb. Aug. Sept. Oct. Nov. Dec."
)
"""Days and months: capitalised, but no name after a name."""

PLACES = _forms(
    "in at inside outside near around across throughout into within via through toward towards north south east "
    "west northern southern eastern western central downtown"
)
"""Words after which a country or capital is a place."""

PEOPLE_OF = _forms(
    "residents people city town capital outskirts suburbs streets port region province citizens centre center "
    "part parts north south east west out village map coast coasts ambassador visit border skies hospitals "
    "villages"
)
"""Nouns after which ``of`` or ``to`` a country or capital is a place."""

MOVES = _forms(
    "flew flies fly flown flying travelled traveled travel travels travelling went goes go gone came come comes "
    "return returned returns returning fled flee moved road train flight flights envoy ambassador visit visited "
    "trip headed back arrived withdrew withdrawal withdraw pulled deported exported imports drove driven sailed "
    "left sent route link links bus plane convoy way"
)
"""Verbs and nouns of movement: ``to`` or ``from`` a country or capital after them is a place."""

ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.’'-]*,? |(?:the|a|an|one|two|of|for|his|her|its) |[a-z]+ ){0,7}?"
    rf"(?:has |had )?(?:{alternatives(SAY)})\b"
)
"""The start of what follows a quotation that is still the same sentence: ``Lavrov asked``, ``the guard shouted``."""

SUBJECT_TAILS = _forms(
    "has have had also later then repeatedly earlier again since once reportedly publicly previously often always "
    "himself herself immediately quickly now still late further"
)
"""Words between a subject and its verb of reporting."""

OPENERS = _forms(
    "in on at after before during speaking asked while as when since for with by from despite amid following "
    "earlier later meanwhile however but and yet still once until if although though because late last writing "
    "responding addressing citing quoting under over"
)
"""Words that open a phrase before the subject; none of them begins a speaker."""

SPEAKER_STARTS = _forms(
    "the a an one two three four several some many most both his her its their other another senior former state "
    "local western he she it they president prime official officials witnesses diplomats sources analysts "
    "mediators aides residents rebels negotiators authorities police doctors medics critics aid"
)
"""Small words that may begin a speaker; so may any capital letter."""

FINITE = _forms("is are was were would will can could has have had must should may might did does want wants spoke met")
"""Verbs that show a stretch of words to be a clause and no speaker."""

NOT_SUBJECTS = _forms(
    "not never who which that to be been being is are was were of as the a an and what whoever for widely it"
)
"""Words right before a verb that leave it without a speaker: ``is said``, ``who said``, ``to say``."""

TIMES = _forms(
    "on in at to after during late early last this when as by from through via earlier yesterday today again reporters"
)
"""Words after a verb of reporting that show its clause to stand before it: ``..., Peskov said on Monday``."""

ACTS = (
    SAY
    | CALL
    | _forms(
        "is are was were has have had will would can could may might must should did does do wants want needs need "
        "wanted sent sends sees sought seeks left leaves broke breaks held holds gave gives took takes withdrew drew "
        "led leads made makes met meets kept keeps let lets cut cuts won lost put puts spoke speaks walked refuses "
        "agrees accepts rejects offers proposes calls backs expects hopes plans and also both never still not long no "
        "yet ruled summoned insists hesitated mediates hosts joined joins waits"
    )
)
"""Verbs and the like after a name that is the subject: the name is a party's then, whatever else it can mean."""

THINGS = _forms(
    "round rounds soil dollar dollars citizen citizens national nationals resident residents city cities tourist "
    "tourists passport passports market markets stocks hostage hostages flag media television border airspace "
    "territory waters coast war conflict crisis metro airport suburb suburbs street streets taxi bookshop talks "
    "summit accord accords agreement agreements deal process format conference convention embassy-row region "
    "province river refugees people newspaper newspapers"
)
"""Nouns after a country or capital that make it a place or a label: ``the Kyiv metro``, ``the Iran talks``."""

NOT_NAMES = STARTERS | _forms(
    "Yesterday Today Later Earlier Once Even Only Still Like Unlike Under With Without For From To Between "
    "Against About Because Although Though Whether Perhaps Instead Also Last Next Presidents Ministers Asked Told "
    "Via Per Pressure North South East West New Old Northern Southern Ending Sunday"
)
"""Capitalised words that are no given name."""

SHORT_FORMS = _forms(
    "army military government junta ministry navy police parliament delegation union league front movement "
    "militia brigade brigades commission council authority coalition party"
)
"""Last words of a party's name that stand for it alone once it has been named."""
