"""The rules of the local safety screen: harmless turns of phrase, contexts, and what shows harm. Data only.

It is written as patterns over the classes of ``shared.adapters.safety_lexicon``, in the language described in
``shared.adapters.safety_patterns``; ``shared.adapters.safety_local`` alone reads it.
"""

from typing import Final, NamedTuple

from shared.run_config import SafetyCategory, Severity


class Rule(NamedTuple):
    """A pattern that shows ``severity`` in ``category``."""

    category: SafetyCategory
    severity: Severity
    pattern: str
    firm: bool = False
    """Whether denial and comment around it do not soften it."""
    unless: str = ""
    """A class; a word of it near by voids the rule."""


# Harmless turns of phrase: their words count for nothing.
IDIOMS: Final[tuple[str, ...]] = (
    "killer|killing|kill|killed it $",
    (
        "killer deal|deals|price|prices|sale|view|views|app|feature|features|looks|look|workout|heels|combo|recipe|"
        "sound|outfit|style|bargain|offer|offers|whale|instinct|abs|boots|dress|shoes|tunes|soundtrack|ending|wasp"
    ),
    (
        "kill|kills|killing|killed two|time|it|the mood|vibe|bird|birds|weed|weeds|competition|pain|lights|engine|"
        "switch|noise|odors|bacteria|germs"
    ),
    (
        "kill|kills|killing the ..1 PEST|PEST_S|mood|vibe|competition|pain|lights|engine|noise|buzz|lawn|bill|"
        "project|app|process"
    ),
    "KILL|KILL_S|KILL_ING|KILL_ED|SLAY|SLAY_S|SLAY_ING|eradicate|eliminate ..2 PEST|PEST_S",
    "PEST|PEST_S ..4 KILL|KILL_S|KILL_ING|KILL_ED|SLAY them|it|all|fast|off",
    "feet|back|knees|legs|heels|suspense|heat|commute|wait is|are killing me|us|you",
    "BE killing me|us",
    "life|this|it|that is ..2 bitch to|and|sometimes|when|then|of",
    "rather die than|before",
    "screaming|slippery orgasm|orgasms|nipple|nipples",
    "kaffir lime|limes",
    "nipple cream|creams|shield|shields|balm|butter|pads|bottle",
    "kill|killed|kills for a|an|this|that|one|some|those|these",
    "buzz|pain|weed|time|mood kill|killer|killers|killing",
    "PEST|PEST_S KILL_ING|KILL",
    "whip you|us|him into shape",
    "die|dies|died|dying of|from? laughing|laughter|boredom|embarrassment",
    "dying|die to try|see|know|have|get|wear|go|read|for|taste|hear",
    "to die for",
    "drop dead gorgeous|beautiful|simple|easy|stunning|date|delicious",
    "drop dead date",
    "old habits die|dies hard",
    "die hard fan|fans",
    "die cut|cast|casting|cutting|cutter|cutters",
    "photo|film|movie|video|fashion|bamboo|green|location shoot|shoots|shooting|shot",
    "shoot|shoots|shot|drop|send|ping you|us|me|him|her|them a|an|over",
    "shoot|shooting for the|par|it",
    "shoot ..2 hoops|photos|photo|video|videos|pictures|breeze|pool|film|arrows|portraits|raw",
    (
        "bath|seed|cocoa|chocolate|fat|cherry|stink|photo|glitter|shower|bug|flea|smoke|water|flavor|flavour|protein|"
        "tea|energy|cluster|carpet|atom|atomic|nuclear|flower bomb|bombs"
    ),
    "sex|da|the bomb dot|diggity|com",
    (
        "hang|hung|hanging|hangs|hang ..4 up|out|wall|walls|garland|wreath|basket|baskets|chair|chairs|picture|"
        "pictures|curtain|curtains|coat|coats|clothes|hook|tree|laundry|ornament|ornaments|lights|stocking|stockings|"
        "frame|frames|planter|planters|hammock|dry|swing|plants|around|tight|loose|there|on|lamp|pendant"
    ),
    (
        "burn|burns|burned|burning ..3 calories|fat|rubber|cd|dvd|candle|candles|incense|wood|sage|carbs|toast|"
        "bright|clean|logs|energy|disc"
    ),
    "skin tight|deep|care|tone|type|types",
    (
        "cut|cuts|cutting ..1 flower|flowers|board|boards|grass|glass|corners|costs|cost|prices|price|cake|carbs|"
        "back|fabric|paper|hair|lawn|edge"
    ),
    "cut yourself some|a slack|piece|slice|break",
    "die|dye my|your|her|his hair|roots|eyebrows|fabric|jeans|curtains",
    "knife|butcher block|blocks|paper|shop",
    "treat|pamper|hurt yourself to|not",
    "beat|beats|beating the heat|rush|crowds|crowd|clock|odds|traffic|eggs|price|prices|cold|winter|eggs|queue",
    "breast|breasts of",
    "chicken|turkey|duck|pheasant breast|breasts|thigh|thighs",
    "breast feeding|feed|milk|pump|pumps|pocket|cancer|health|screening|stroke|strokes",
    "single|double breasted|breast",
    "sex of the|your|our baby|child|kitten|puppy|chicks",
    "same|opposite|both|fair|either sex",
    "cock a",
    "cock|cocks and bull|hen|hens",
    "spic|spick and span",
    "weather|pea|shuttle|ball|stop cock|cocks",
    "pussy willow|willows|cat|cats|foot|footing|riot|hat|hats|bow",
    "blue|great|coal|marsh|willow|crested|tailed|garden|birds|feed tit|tits",
    "tit|tits for tat",
    "moby|philip|andy|uncle|dr|van|spotted dick|dyke",
    "dick van|cheney|clark|tracy|wolf|turpin|smith|whittington|grayson|francis|powell|is sporting",
    "cum laude",
    "horny goat",
    "food|plant|house|book|word|gear|tool|cabin|stationery porn",
    "erection|erections of",
    (
        "nude heels|pumps|lipstick|tone|tones|shade|shades|palette|color|colour|nail|bra|sandals|leather|tights|shoe|"
        "shoes|lip|blush|pink"
    ),
    "naked|nude of|cake|cakes|wedding|juice|eye|palette|oats|flame|flames|gun|bike|truth|wines|chicken|short|ambition",
    "hard drive|disk|copy|hat|case|work|wood|ware|ball",
    "chink in|of the|his|her|their|my|our|your|light|armor|armour",
    (
        "white|blue power bank|banks|cord|cable|adapter|adaptor|strip|supply|drill|outlet|station|button|washer|"
        "washing|brick|charger|cord|tool|tools"
    ),
    "crazy|mad|nuts about|for|over|good|soft|comfortable|cute|fast|high|low",
    "sick of|and|leave|day",
    "wicked good|cool|fast|soft|comfortable|smart|easy",
    "stupid|insanely|stupidly simple|easy|good|cheap|low|fun|fast|cute",
    "dirty chai|martini|laundry|dishes|dozen|work|rice|fries",
    "whites|blacks and|or whites|blacks|greys|colors|darks|brights|darks|greens|neutrals",
    "egg|wash|dirty|laundry|your|my whites|blacks",
    "whites|blacks ..3 dingy|dirty|bright|clean|wash|laundry|stain|stains|yellow|fade|soap",
    "fire|flame retardant|retardants|retarded",
    "maine coon|coons",
    "graham|oyster|saltine|soda|fire|cheese|water|christmas|ritz|animal cracker|crackers",
    "cracker|crackers and|with|barrel|jack|cheese|crumbs|plate",
    "garden|draw|weeding|hand|dutch|scuffle|collinear|stirrup|shovel|spade|rake|rakes|spades|tools|trowel hoe|hoes",
    "hoe|hoes and|or|with|for ..2 rake|rakes|spade|spades|shovel|garden|soil|weeding|weeds|tools",
    "backhoe",
    (
        "black|white|asian|african|indian|chinese|japanese|mexican|native|gay|old|yellow pages|pride|bar|bars|friday|"
        "market|history|month|owned"
    ),
    "trash|garbage can|cans|bag|bags|bin|bins|day|disposal|truck|talk|compactor|pail",
    "kick|kicks|kicking|kicked ass|butt",
    "bad|badass|smart|half|kick|hard|jack|dumb|cool ass|assed",
    "cat|dog|hot dog|dogs|cats|bed|beds|food|treats|owner|owners|lovers|toys|walkers|park",
    "guilty|pig|guinea pig|pigs",
    "suicide squad|doors|door|blonde|kings|silence|squeeze|inside",
    "sudden death",
    "murder mystery|mysteries|she|hornets|on the dance",
    "stone fruit|washed|cold|age|oven",
    "poison ivy|oak|control|dart|dart",
    "crush|crushed|crushing it|on|goals|velvet|ice|garlic|pepper|tomatoes|your goals|workout|nuts|berries",
    "rape|oilseed seed|oil|rape",
    "tie|gut|must|drop dead|feeling|knot",
    "hunt|hunts|hunting for|ducks|deer|elk|season|bargains|boots|gear|knife|knives|blind",
    "head|end|finish over heels|table|line|strong",
    "virgin olive|wool|coconut|islands|cocktail|mojito|atlantic|forest|hair",
    # Food, tobacco, dogs and leaps of the harmless kind.
    "faggots|faggot in|and|with ..4 gravy|peas|mash|mashed|chips|onion",
    (
        "pork|beef|butcher|butchers|traditional|welsh|homemade|frozen|our|meaty|mushy|oven faggot|faggots ..2 gravy|"
        "peas|recipe|mash|pack|dinner"
    ),
    "faggot|faggots of sticks|wood|herbs|twigs|brushwood",
    "faggot|faggots recipe|recipes",
    "fag packet|packets|end|ends|card|cards|break|breaks|ash|butts|lighter|paper|papers",
    "chink free|curtains",
    "whelping|brood|breeding|pregnant|nursing|spayed|lactating bitch",
    "bitch and|or|with|for ..2 puppies|pups|puppy|litter",
    "apple|meat|pork|cream|fish|custard|mud pie|pies",
    "would|could|might die for|without",
    "hang|hung yourself|yourselves|yourselfs some|a|an|this|that|our !noose|rope",
    (
        "jump|leap|dive|abseil off|from ..2 bridge|cliff|roof|building|tower|plane ..8 bungee|bungy|zipline|"
        "parachute|harness|tandem|abseil|adrenaline|coasteering|swing|voucher|vouchers|instructor"
    ),
    (
        "bungee|bungy|zipline|parachute|harness|tandem|abseil|adrenaline|coasteering|cliff ..8 jump|leap|dive|"
        "jumping|leaping|abseil off|from ..2 bridge|cliff|roof|building|tower|plane"
    ),
    # Guns and bombs that are none, bosses of games, and what kills with kindness.
    "shoot|soak|blast ..3 with ..1 water|nerf|foam|paint gun|guns|darts|dart|balls",
    (
        "water|glue|nerf|heat|massage|nail|staple|spray|toy|squirt|price|radar|caulk|grease|tufting|top|bubble|label "
        "gun|guns"
    ),
    "final|end|last|mini|secret|raid|dungeon boss|bosses",
    "gun dog|dogs|metal|safe|safes|cabinet|cabinets",
    "kill|killing ..3 with kindness",
    "beat DET ..1 HUMAN|HUMAN_S at|to !death|a|pulp|within|the",
    "let !us|me|him|her|them|you ..4 kill|poison|harm|hurt|suffocate|choke|attack|hit",
    "animal print|prints|lovers|lover|feed|friendly|welfare|health|shelter|shelters|rescue",
    "scratch|monkey|bitch|resting bar|bars|bread|business|face",
    "tool kit|box|set|belt|bench|shed|bag",
    "slave to|of the|fashion|habit|rhythm",
    (
        "wife|husband|mom|mum|dad|boss|girlfriend|boyfriend|doctor|kids|they|she|he will|would|is|are going? to? "
        "kill|murder|strangle me|us"
    ),
)

# Said about hate rather than in hate: before, or after, what it is said of, within a sentence.
COUNTER_BEFORE: Final[tuple[str, ...]] = (
    (
        "stop|quit|never|not|no|nobody|wrong|disgusting|unacceptable|offensive|okay|ok|acceptable|racist|hateful|"
        "ridiculous|sad|shameful|bigots|people|anyone|idea|belief|myth|lie|claim|stereotype|who|ignorant ..2 SAY"
    ),
    (
        "condemn|condemns|condemned|condemning|denounce|denounces|denounced|rejects|reject|rejected|oppose|opposes|"
        "combat|challenge|debunk|myth|stereotype|stereotypes|lie|rhetoric|prejudice|slur|slurs|propaganda"
    ),
    (
        "<!i|we|you said|says|claimed|claims|argued|argues|wrote|believes|believed|declared|insisted|suggested|"
        "stated|chanted|tweeted|called"
    ),
    (
        "racists|nazis|bigots|supremacists|klan|trolls|extremists|antisemites|idea|notion|belief|view|stereotype|"
        "claim|myth ..1 SAY|that|of|like"
    ),
    "not|never|do|did think|believe|agree|true|mean|say|support",
    "not|never|nor|wrong|unfair|unreasonable __4 SAY",
    "to SAY that|someone|people|those",
    "writing|saying|calling|telling|tweeting|posting|claiming that|people|me|someone|women|all",
    "not all|every|most",
)
COUNTER_AFTER: Final[tuple[str, ...]] = (
    "is|are|was|sounds|be ADV? WRONG",
    "is|are not okay|ok|acceptable|true|funny|right|cool",
    "that|this|such is|are? WRONG",
)

# What else the words around a hit can be: speech that is quoted, help, a report of a crime, pests and things.
CONTEXTS: Final[dict[str, str]] = {
    "SPOKE": "SPOKE",
    "HELP": "HELP",
    "CRIME": "CRIME",
    "THING": "THING|THING_S",
    "EDGE": "EDGE",
    "TARGET": "PEST|PEST_S|THING|THING_S|STORY",
    "SCENE": "GAME|TALE|REPORT",
    "LENS": "GAME|TALE|REPORT|PHOTO",
    "CONTEST": "GAME|SPORT|TALE|REPORT",
    "HARMLESS": (
        "GAME|SPORT|TALE|REPORT|CRIME|PEST|PEST_S|PHOTO|prevent|avoid|avoiding|stop|protect|judo|boxing|karate|fake|"
        "fictional|directing"
    ),
    "HELPED": "HELP|parents|carers|teachers|schools|never|danger|dangers|doctor|emergency|accidentally|mistake|recovery|warning|recovering",
    "ART": "museum|exhibition|gallery|art|artist|painting|paintings|sculpture|drawing|drawings|leaked|police|arrested",
    "BABYCARE": "BABYCARE",
    "HEALTH": "infection|infections|condom|condoms|sti|stis|hiv|doctor|clinic|risk|education|health|cancer",
    "NEWS": "REPORT|TALE|CRIME",
}

# What makes a mention of self-harm help, and an address to the reader concern.
CONCERN_BEFORE: Final[tuple[str, ...]] = (
    (
        "if|when|whether|anyone|someone|who|feel|feeling|have|having|considering|experiencing ..3 thinking|thought|"
        "thoughts|considering|like|tempted|want|urge|of|about"
    ),
    "if you|someone|anyone|a|your",
    "not|never|without|before|instead|than|from|stop|stopped|avoid|nearly|almost|careful|prevent",
)

RULES: Final[tuple[Rule, ...]] = (
    # --- hate: against groups -----------------------------------------------------------------------------------
    Rule("hate", 6, "{ETHNIC} who? is|are|am|be|look|act|behave {BY} MOSTLY? BEAST|BEAST_S|VILE"),
    Rule("hate", 6, "<!the|these|two|three|those|some GW who? ADV? are|be {BY} MOSTLY? BEAST|BEAST_S|VILE"),
    Rule("hate", 4, "GW|GM BE {BY} BEAST|BEAST_S|VILE"),
    Rule("hate", 6, "DET? SOLE|GN is|are {BY} BEAST|BEAST_S|subhuman|inferior|filthy|vile"),
    Rule("hate", 6, "all|most|every|those|these|stupid|fucking {ETHNIC} BE? {BY} WEAK"),
    Rule("hate", 4, "{ETHNIC} was|were {BY} BEAST|BEAST_S|VILE"),
    Rule("hate", 6, "{ETHNIC} are {BY} WORSE"),
    Rule("hate", 6, "{ETHNIC} ADV? smell|smells|stink|stinks|suck|sucks"),
    Rule("hate", 6, "{GROUP} are ..2 root|source|cause|reason ..2 all|evil|problems|problem|everything|crime"),
    Rule("hate", 6, "{ETHNIC} commit|cause all|most|every ..2 crime|crimes|murders|rapes|problems"),
    Rule(
        "hate",
        6,
        "{GROUP} are {BY} MOSTLY? whores|sluts|parasites|vermin|scum|animals|rapists|terrorists|savages|subhuman",
    ),
    Rule("hate", 4, "{ETHNIC} BE {BY} WEAK"),
    Rule("hate", 6, "{GROUP} BE? {BY} WEAK|VILE|BEAST_S and|or {BY} WEAK|VILE|BEAST_S"),
    Rule("hate", 6, "{GROUP} BE {BY} mentally ill|sick|disturbed|deranged|challenged"),
    Rule("hate", 6, "{GROUP} BE {BY} nothing but|more ..2 BEAST|BEAST_S|object|objects|toys|property|animals"),
    Rule("hate", 2, "GW BE {BY} WEAK"),
    Rule(
        "hate",
        6,
        "{GROUP} are not|hardly|never|less {BY} ( human|humans|people|civilized|normal | welcome here | than human )",
    ),
    Rule("hate", 4, "{GROUP} are not|never {BY} equal|equals|welcome|wanted|real"),
    Rule(
        "hate",
        6,
        "{GROUP} do|does|will|can not {BY} ( belong | integrate | assimilate | deserve ..2 rights|respect|equal|"
        "equality|live|vote|exist|life )",
    ),
    Rule("hate", 6, "{GROUP} BE {BY} ..2 inferior|superior|subhuman|beneath"),
    Rule("hate", 6, "inferior|superior ..1 race|races|breed|gene|genes|genetics"),
    Rule("hate", 6, "i|we|you|they|everyone|everybody|people|fucking {BY} HATE ..1 {ETHNIC} $"),
    Rule("hate", 6, "i|we {BY} HATE {BY} GW $"),
    Rule("hate", 4, "i|we {BY} HATE {BY} GM $"),
    Rule("hate", 6, "can not {BY} stand|tolerate ..1 {GROUP} $"),
    Rule("hate", 6, "BARB BARB? SOLE|GN|GN_S|GX|jewish|islamic|queer $"),
    Rule("hate", 6, "BARB BARB? GADJ PEOPLE|BEAST|BEAST_S|bastard|bastards|pig"),
    Rule(
        "hate",
        6,
        "GADJ|GN|GX bastard|bastards|filth|cunt|cunts|scum|vermin|subhuman|subhumans|whore|whores|slut|sluts|"
        "bitch|bitches|parasites|savages|perverts|degenerates $",
    ),
    Rule("hate", 6, "white trash $"),
    Rule("hate", 6, "fuck|screw|damn|curse {BY} {GROUP} $"),
    Rule("hate", 6, "fuck ..1 GN|GN_S|GX $"),
    Rule("hate", 6, "you are ADV? retard|retards|tard|spastic"),
    Rule("hate", 6, "CRUDE|CRUDE_S|hoes be|are|is not? {BY} shit"),
    Rule("hate", 6, "{GROUP} who? ..1 {MUST} ..1 {TODIE}", firm=True),
    Rule("hate", 6, "{GROUP} ..1 {MUST} ..1 be {BY} OUSTED"),
    Rule(
        "hate",
        6,
        "{GROUP} ..1 should|must ..1 ( go back|home | leave | get out | stay home|silent|away|in | know their "
        "place | shut up | obey|submit | be seen )",
    ),
    Rule(
        "hate",
        6,
        "{GROUP} ..1 should|must not|never {BY} ( be ..1 allowed|permitted|here|alive|teachers|president|trusted|"
        "near | have ..1 rights|vote|children|kids | vote | exist | breed|reproduce | drive | work )",
    ),
    Rule("hate", 6, "<!the|these|two GW ..1 belong ..2 kitchen|home|house|bedroom|place"),
    Rule("hate", 6, "{LETSUS} OUST|KILL|SLAY {BY} DET? ..1 {GROUP}", firm=True),
    Rule("hate", 6, "^ OUST|KILL|SLAY {BY} DET? {BY} {GROUP}", firm=True),
    Rule("hate", 6, "{INTENT} ..1 KILL|SLAY|RAPE|HURT|OUST DET? ..1 {GROUP}", firm=True),
    Rule("hate", 6, "i|we wish|hope|pray|want ..2 {GROUP} ..2 {TODIE}", firm=True),
    Rule("hate", 6, "i|we wish ..2 {GROUP} WILL|did ..2 die|disappear|exist|vanish", firm=True),
    Rule("hate", 6, "death|destruction to DET? {GROUP}", firm=True),
    Rule("hate", 6, "get rid of ..2 {GROUP}"),
    Rule("hate", 6, "only good ..2 GN|GX ..2 dead", firm=True),
    Rule("hate", 6, "world|country|planet|society|america|europe|nation ..3 better ..2 without ..2 {GROUP}"),
    Rule("hate", 6, "world|country|better ..2 without DET? {GROUP}"),
    Rule("hate", 6, "world|country|better without ..2 {GROUP}"),
    Rule("hate", 6, "{ETHNIC} BE? {BY} HARMS ..1 our|my|western|white|everything|us|europe|britain|america"),
    Rule("hate", 6, "{ETHNIC} ..1 BE? ..1 taking|take over|our"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..2 control|controls|run|runs|own|owns ..2 media|banks|world|government|hollywood|everything",
    ),
    Rule("hate", 6, "{ETHNIC} out of our|my|this|the country|town|neighborhood|schools|europe|america|land"),
    Rule("hate", 4, "keep|send|kick|throw|drive|ship ..2 {ETHNIC} ..1 out|back|home|away"),
    Rule("hate", 6, "no more DET? {ETHNIC} $"),
    Rule(
        "hate",
        6,
        "go back to ( ..1 your ..1 country|countries|homeland|shithole|village | where you ..1 came|come|from|"
        "belong | africa|mexico|pakistan|islam )",
        firm=True,
    ),
    Rule("hate", 6, "race traitor|traitors | white genocide | GN|GN_S|GX lover|lovers|invasion|vermin"),
    Rule("hate", 4, "people like you ..2 {MUST}"),
    Rule("hate", 6, "white power|supremacy <!is|was $"),
    Rule("hate", 6, "heil|sieg hitler|heil", firm=True),
    Rule(
        "hate",
        6,
        "hitler|nazis|holocaust|hitlers|kkk ..2 was|were|had|did ..2 right|point|nothing|great|hero|hoax|fake|"
        "lie|finished|idea",
    ),
    Rule("hate", 6, "gas|hang|burn|lynch the|all|those|these {ETHNIC}", firm=True),
    Rule("hate", 6, "you|your ..1 ADV? SOLE|GN BEAST|BEAST_S|bastard|bastards|whore"),
    Rule("hate", 4, "you are ADV? ADV? gay|homosexual|jewish|autistic|jew|trans $"),
    Rule("hate", 4, "that|this is so? gay"),
    Rule("hate", 4, "act|acts|acting|typical|look|looks|smell|smells like? DET? GN|GN_S|GX $"),
    Rule("hate", 6, "HATE {BY} every|any|all ..1 GN|GN_S|GX"),
    Rule("hate", 6, "lesbian|lesbians|dyke|dykes|feminists ..2 need ..3 man|men|dick|cock|fucked"),
    Rule(
        "hate",
        6,
        "breed|breeding|multiply|multiplying|act|live|living|behave|look like rats|rabbits|cockroaches|vermin|"
        "roaches|savages|apes",
    ),
    Rule("hate", 6, "OUST every|all ..2 GN|GN_S|GX"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..1 bring|brings|bringing|spread|spreads __3 crime|crimes|disease|diseases|drugs|filth|terror",
    ),
    Rule(
        "hate",
        6,
        "being|be GADJ|GN|transgender is {BY} VILE|sin|disease|choice|wrong|illness|sick|abomination|perversion|"
        "disorder",
    ),
    Rule(
        "hate",
        6,
        "GW are {BY} too|not {BY} ( WEAK|VILE|smart|intelligent|strong|capable|rational ..1 to|for|enough )",
    ),
    Rule("hate", 6, "you|these|those people {BY} are {BY} BEAST_S|VILE|scum|vermin|trash|filth|garbage"),
    Rule("hate", 4, "they are {BY} all {BY} BEAST_S|VILE|scum|vermin|trash|filth"),
    Rule("hate", 6, "the SOLE is|are ..1 behind|enemy|problem|everywhere"),
    Rule("hate", 6, "BARB BARB? SOLE"),
    Rule(
        "hate",
        6,
        "i|we ..3 like|love|want|enjoy ..1 see|watch|watching|seeing ..2 {GROUP} ..1 KILL_ED|SLAY_ED|die|suffer|"
        "burn|cry|gone",
    ),
    Rule("hate", 6, "black|blue|trans|muslim|brown|gay lives do|did|will not matter"),
    Rule("hate", 6, "up your|ur ..1 ass|arse|asshole|butt $"),
    Rule(
        "hate",
        6,
        "you BARB|SWEAR|fat|old|little|sick|miserable|spineless ..1 INSULT|INSULT_S|BEAST|BEAST_S|OBSCENE|pig|"
        "fuck|shit $",
    ),
    Rule("hate", 4, "{ETHNIC} ..5 SWEAR|CRUDE|CRUDE_S|OBSCENE_S|VILE"),
    Rule("hate", 4, "SWEAR|CRUDE|VILE|HATE|BARB ..3 {ETHNIC}"),
    Rule("hate", 0, "INSULT|INSULT_S|SWEAR|BARB|hate|hell|ass|damn|suck|sucks|wtf|stfu"),
    Rule("hate", 6, "{GROUP} ..6 should|must ..1 be {BY} OUSTED"),
    Rule(
        "hate",
        6,
        "{ETHNIC} BE? {BY} HARMS this|the ..1 neighborhood|neighbourhood|country|city|town|nation|world|culture|"
        "society|west",
    ),
    Rule("hate", 6, "purge|rid|cleanse|free ..3 of ..2 {GROUP}"),
    Rule("hate", 6, "{ETHNIC} ..2 look|looks like ..1 BEAST|BEAST_S|shit|terrorists"),
    Rule(
        "hate",
        4,
        "i|we|never|not __3 not|never ..1 trust|hire|like|respect|date {BY} ( {GROUP} | GN|SOLE | woman )",
    ),
    Rule("hate", 4, "{ETHNIC} ..2 only care|want|think|know|good|understand"),
    Rule("hate", 6, "{GROUP} ~~12 they are {BY} VILE|BEAST|BEAST_S|subhuman"),
    Rule(
        "hate",
        6,
        "{GROUP} ~~12 they {BY} should|must|deserve|need {BY} ( to? {TODIE} | be {BY} OUSTED )",
        firm=True,
    ),
    Rule("hate", 6, "you ..1 are {BY} ..1 LOUT !if|to|for|not"),
    Rule("hate", 6, "SWEAR|stupid|dumb|ugly SWEAR? CRUDE|CRUDE_S"),
    # --- hate: slurs and abuse ----------------------------------------------------------------------------------
    Rule("hate", 6, "SLUR_HARD|SLUR_HARD_S"),
    Rule("hate", 4, "SLUR_OPEN|SLUR_OPEN_S"),
    Rule("hate", 6, "YOU|those|these|BARB|SWEAR|old|ugly|little BARB? SLUR_OPEN|SLUR_OPEN_S"),
    Rule("hate", 6, "you|those|these|BARB|SWEAR|fat|ugly BARB? SLUR_TWO|SLUR_TWO_S $"),
    Rule("hate", 6, "SLUR_TWO|SLUR_TWO_S BEAST|BEAST_S|OBSCENE|OBSCENE_S"),
    Rule("hate", 6, "SLUR_OPEN|SLUR_OPEN_S BEAST|BEAST_S|OBSCENE|OBSCENE_S|SWEAR|SLUR_OPEN|like you"),
    Rule("hate", 4, "CRUDE|CRUDE_S"),
    Rule("hate", 6, "you|your|ur|yourself|these|those|them|hey <!the BARB? ..2 CRUDE|CRUDE_S"),
    Rule("hate", 6, "CRUDE|CRUDE_S ( BEAST|OBSCENE|ass|ho|hoe | like you | are not shit )"),
    Rule(
        "hate",
        6,
        "he|she|they|her|his|him|bitch|wife|mom|mother|mama|daughter|sister ..3 BARB|SWEAR ..1 OBSCENE|OBSCENE_S",
    ),
    Rule("hate", 6, "he|she|they is|are {BY} SWEAR|BARB ..1 OBSCENE|CRUDE|CRUDE_S|SLUR_OPEN"),
    Rule("hate", 6, "fuck|fck|fuk|screw {BY} YOU|off|him|her|them|yourself|ya|everyone|u"),
    Rule("hate", 6, "shut the SWEAR|hell up"),
    Rule("hate", 4, "shut up"),
    Rule(
        "hate",
        6,
        "suck|lick|eat|kiss|choke ..1 my|a|on|his ..1 dick|dicks|cock|cocks|balls|shit|ass|asshole",
        firm=True,
    ),
    Rule(
        "hate",
        6,
        "piece|pieces|sack|pile|bag|load of ADV? shit|garbage|trash|filth|crap|scum ..3 YOU|he|she|they|human",
    ),
    Rule(
        "hate",
        6,
        "you|he|she|they BE? {BY} ..1 piece|pieces|sack|pile|bag of ADV? shit|garbage|trash|filth|crap|scum",
    ),
    Rule("hate", 6, "you|he|she|ya ..1 BARB fuck|fucks|fucker|shit|shits|ass|asses $"),
    Rule("hate", 6, "YOU BE? {BY} SWEAR|BARB ..1 INSULT|INSULT_S|OBSCENE|OBSCENE_S|BEAST|BEAST_S"),
    Rule("hate", 6, "^ SWEAR|BARB SWEAR|BARB? INSULT|INSULT_S|OBSCENE|OBSCENE_S|BEAST_S"),
    Rule("hate", 4, "you ..1 BE|sound|seem|look {BY} ..2 INSULT|INSULT_S|OBSCENE|OBSCENE_S"),
    Rule("hate", 4, "you|your ADV? INSULT|INSULT_S|BEAST_S $"),
    Rule("hate", 4, "^ you? LOUT|LOUT_S $"),
    Rule("hate", 4, "he|she|they is|are {BY} ..1 INSULT|INSULT_S|BEAST|BEAST_S $"),
    Rule("hate", 4, "what {BY} BARB? INSULT|INSULT_S|OBSCENE $"),
    Rule("hate", 4, "BARB|SWEAR INSULT|INSULT_S|BEAST_S|OBSCENE|OBSCENE_S"),
    Rule("hate", 4, "go to hell | burn|rot in hell | eat shit"),
    Rule("hate", 4, "( nobody | no one ) ..1 like|likes|loves|love you | everyone hates you"),
    Rule("hate", 6, "you|they ..1 {MUST} {TODIE}", firm=True),
    Rule("hate", 4, "go|please|just|should|must KILL|hang yourself"),
    # --- hate: shutting a group out, and denying what was done to one -------------------------------------------
    Rule("hate", 6, "no more? {ETHNIC} ( ..1 allowed|permitted|admitted|served|wanted|welcome | need apply )"),
    Rule(
        "hate",
        6,
        "no DET? GN|SOLE|GADJ ..1 ( customers|guests|tenants|applicants|staff|buyers|visitors ..1 "
        "allowed|permitted|admitted|served|wanted|welcome | need apply )",
    ),
    Rule("hate", 6, "no dogs ..2 no? {ETHNIC} | no {ETHNIC} ..2 no? dogs"),
    Rule("hate", 4, "no GW allowed|permitted|admitted|served"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..1 is|are|will not ..1 ( allowed|permitted|admitted|served|welcome|wanted ..1 ( here | "
        "in|into|inside|on|at|near our|my|this ) )",
    ),
    Rule(
        "hate",
        6,
        "( i|we ..1 do|will|can|shall not | i|we ..1 never|refuse to? ) ..1 sell|serve|employ|hire|rent|admit|deliver|"
        "cater|accept|allow|want ..1 ( to|for )? DET? {ETHNIC} $",
    ),
    Rule(
        "hate",
        6,
        "not|never|stop|stopped|refuse|refusing ..1 serving|selling|hiring|renting|employing|admitting|serve ..1 "
        "( to )? DET? {ETHNIC} $",
    ),
    Rule("hate", 6, "{ETHNIC} ..2 {MUST} ..1 be {BY} ( {PUTOUT} )"),
    Rule("hate", 6, "{ETHNIC} banned|barred from|in our|my|this ..1 store|shop|restaurant|club|building|premises|town"),
    Rule(
        "hate",
        6,
        "( {LETSUS} | ^ | {INTENT} ) ..1 drive|throw|kick|keep|force|chase|hunt|run|hound ..1 {RACE} ..2 "
        "out|away|off|down $",
    ),
    Rule(
        "hate",
        6,
        "holocaust|shoah|srebrenica|genocide ..3 ( is|was|are|were {BY} but? {BY} lie|hoax|myth|fake|fraud|fiction|"
        "exaggerated|fabricated|invented|propaganda|fabrication|faked|invention | is|was {BY} made up | never happened|"
        "occurred|existed | did not ..1 happen|occur|exist | did not take place )",
    ),
    Rule("hate", 6, "there was|were|is no ..2 holocaust|shoah|genocide | no holocaust ..2 happened"),
    Rule("hate", 6, "holohoax | holocaust|holocost hoax|lie|myth|scam|fraud $"),
    Rule("hate", 6, "gas chambers ..2 ( never existed | did not exist | are|were|is {BY} fake|myth|lie|hoax )"),
    Rule("hate", 6, "six million|jews ..3 never died|happened | six million ..2 is|was {BY} lie|myth|hoax"),
    # --- hate: what is said of a group, in more ways ----------------------------------------------------------------
    Rule("hate", 6, "{THEY} are|is !TREATED {BY} but|our? {BY} MOSTLY? MOSTLY? DREG|DREG_S $"),
    Rule("hate", 6, "{ETHNIC} ( like you )? {BY} are|is {BY} VILE|BEAST|BEAST_S"),
    Rule("hate", 6, "GW like you|her|them {BY} are|is {BY} MOSTLY? VILE|BEAST|BEAST_S|WEAK"),
    Rule("hate", 6, "{THEY} are __5 WORST ..1 people|race|creatures|humans|lot|ones|scum|kind|beings"),
    Rule("hate", 6, "{THEY} are|is no better|different|more|worth __2 DREG|DREG_S|BEAST|BEAST_S|animal|animals|vermin"),
    Rule(
        "hate", 6, "you|they|he|she|those BE {BY} __1 but __3 ( DREG|DREG_S | GADJ|GN|female|woman DREG|DREG_S|trash )"
    ),
    Rule("hate", 6, "female|GADJ|GN|SOLE ADV? trash|scum|filth|vermin|garbage|swine|parasites|parasite|cattle|dogs $"),
    Rule(
        "hate",
        6,
        "{THEY} are {BY} less|lesser|least|inferior ( $ | human|beings|being|intelligent|smart|evolved|clever|"
        "civilized|civilised|capable|worthy|valuable|people|creatures|species|race )",
    ),
    Rule(
        "hate",
        6,
        "{THEY} have|has|had|having|got __2 no|zero|little __1 ( right|rights|business __1 be|being|live|living|exist|"
        "existing|breathe|alive|vote|speak | soul|souls|brain|brains|morals|honor|honour|decency|dignity|humanity )",
    ),
    Rule("hate", 6, "{THEY} ..2 __1 no place|business in|here|on|among|near"),
    Rule(
        "hate",
        6,
        "{GROUP} do|does|did|can|should|must|will not {BY} ( belong|matter|count | deserve ..3 live|life|exist|"
        "alive|rights|respect|vote|jobs|job|help|saved )",
    ),
    Rule(
        "hate", 6, "typical of|from|for? ..2 ( {GROUP} | {MEMBER} ) ..5 VILE|INSULT|INSULT_S|WORSE|behaviour|behavior"
    ),
    Rule("hate", 6, "never|not __5 save|trust|hire|employ|marry|respect|befriend|touch ..2 ( {ETHNIC} | {MEMBER} )"),
    Rule("hate", 6, "GADJ ADV? TRADE_S {BY} are {BY} VILE|WORSE|BEAST_S|DREG|DREG_S"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ( not only | {BY} ) ..2 control|controls|run|runs|own|owns|rule|rules|dominate ..2 world|economy|"
        "government|governments|media|banks|bank|hollywood|politics|finance|everything|country|press",
    ),
    Rule("hate", 6, "{ETHNIC} ..3 secret|hidden ..1 plot|plan|agenda|plots|conspiracy|cabal"),
    Rule(
        "hate",
        6,
        "jewish|zionist|islamic|muslim|gay|trans|homosexual conspiracy|cabal|plot|plague|invasion|vermin|menace",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} {BY} were|was|are|is ( responsible for | behind ) ..3 attack|attacks|crisis|war|wars|plague|"
        "crime|virus|pandemic|covid|everything|terrorism|disease|diseases|unemployment|problems|all",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} made|did|caused|planned|orchestrated|invented|started|brought ..4 attack|attacks|crisis|war|"
        "wars|plague|virus|pandemic|covid|disease|aids",
    ),
    Rule("hate", 6, "christ killer|killers | blood libel $"),
    Rule("hate", 4, "{ETHNIC} think|believe they are ..2 better|special|superior|chosen"),
    Rule("hate", 6, "only good ..2 ( {GROUP} | GN|SOLE ) is|are ..2 dead|deported|gone|one|hanged|buried"),
    Rule(
        "hate", 6, "VILE|WORSE|WEAK|VILE as|than|like a|an|any|the|some ( GN|SOLE|GN_S | GADJ person|people|man|woman )"
    ),
    Rule("hate", 6, "cheap|greedy|stingy|dirty|stupid|lazy|dumb|dense|filthy|smelly __1 even a|an|the|any? GN|SOLE"),
    Rule("hate", 6, "( {GROUP} ) ..7 {MUST} {TODIE}", firm=True),
    Rule("hate", 6, "{THEY} WILL|going to? ..1 burn|rot in hell"),
    Rule(
        "hate",
        6,
        "SLUR_OPEN_S|SLUR_TWO_S are|is|should|must|need|needs|deserve|have|can|do|out|not|off|go|get|everywhere",
    ),
    Rule(
        "hate",
        6,
        "fat|ugly|stupid|old|lazy|dumb|filthy|smelly SWEAR? ugly|fat|stupid|old|lazy? cow|cows|whale|whales|hippo|"
        "hag|hags|slob|slobs|swine|sow",
    ),
    Rule(
        "hate",
        6,
        "send|ship|deport|kick them|you|you ..1 all ..1 ( back|home ) ..1 ( $ !to|from | to where they|you | to their|"
        "your )",
    ),
    Rule(
        "hate",
        6,
        "make|keep ..3 town|country|america|europe|britain|england|city|neighbourhood|neighborhood|school|schools "
        "white !with|and|or",
    ),
    Rule("hate", 6, "hitler|nazis should|had|could|did __2 finished|finish|job|killed|kill|enough|right"),
    Rule(
        "hate",
        6,
        "( i|we|you|they|do|will|would|can not ) __2 want|need|like|accept|tolerate|take ..1 any more? {ETHNIC} $",
    ),
    Rule("hate", 6, "full|infested|overrun|swamped|flooded|crawling|surrounded of|with|by ..2 {ETHNIC} $"),
    Rule(
        "hate",
        6,
        "cure|fix|convert ..2 gays|homosexuals|homosexuality|lesbians|queers | gays|homosexuals need|should to? be "
        "cured|fixed|converted",
    ),
    Rule("hate", 6, "SLUR_PLAIN|SLUR_PLAIN_S"),
    Rule(
        "hate",
        6,
        "waste of space|oxygen|air|skin|life ..1 like you | you are {BY} waste of space|oxygen|air|skin|life",
    ),
    Rule("hate", 6, "{ASK} ..5 BRUTE|ROUGH|OUST|BRUTE_ING ..1 ( {ETHNIC} ) $", firm=True, unless="HARMLESS"),
    Rule("hate", 6, "{THEY} have|has|had __1 nothing to contribute|offer|give"),
    Rule("hate", 6, "{THEY} BE {BY} incompatible|incapable|unworthy|undeserving"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..6 WILL|want|wants|trying|try|come|came|coming|here ..3 rule|conquer|enslave|dominate|overrun|invade|replace|"
        "outbreed|islamize|islamise|destroy|rape ..1 our|us|europe|america|britain|the|your",
    ),
    Rule("hate", 6, "they WILL? {BY} rape|outbreed|enslave|behead|murder our|us|your"),
    Rule(
        "hate",
        6,
        "most|all|every ..1 criminals|terrorists|rapists|thieves|criminal|terrorist|rapist|murderers are|is {BY} ( {GROUP} | "
        "GN|black|white|muslim|jewish|foreign )",
    ),
    Rule("hate", 6, "GADJ|GN|GX invader|invaders|horde|hordes|swarm|swarms|infestation|menace|problem|threat $"),
    Rule("hate", 6, "CREED is|are|was|means|promotes|preaches|teaches|spreads {BY} MOSTLY? ..2 POISON"),
    Rule("hate", 6, "CREED is|are __3 religion|ideology|cult|system|faith|set|book of|that|for ..4 POISON"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..4 to blame|responsible $ | {ETHNIC} ..3 responsible for ..3 POISON|crime|problems|everything",
    ),
    Rule(
        "hate",
        6,
        "i|we|they do|would not want ..1 a|any|some|more {MEMBER} to|near|in|around|here|working|teaching|next|as",
    ),
    Rule(
        "hate",
        6,
        "( they|these|those ) should|must|ought|can not be ..1 allowed|permitted ..1 to live|exist|vote|breed|breathe|walk|"
        "reproduce|marry|work",
    ),
    Rule(
        "hate",
        6,
        "go|get|send|sent|went back to? where|wherever ..1 they|you|these|those ..1 came|come|belong",
        firm=True,
    ),
    Rule("hate", 6, "welfare queen|queens | anchor baby|babies | third world scum|vermin|savages"),
    Rule(
        "hate",
        6,
        "execution|death|extermination|deportation|sterilization|sterilisation|castration|gas|lynching ..3 only|final|best|right "
        "solution|answer|cure|way|treatment for|to ..2 ( {GROUP} )",
        firm=True,
    ),
    Rule("hate", 6, "( put an end to | end ..1 all|these|those|the|every ) DET? DET? ( {GROUP} ) $ ", firm=True),
    Rule(
        "hate",
        6,
        "{GROUP} ..4 ( fuck off | ( get|getting|go|going|stay the? SWEAR|hell out ) | go fuck themselves|yourselves | SWEAR in the head | "
        "shut the? SWEAR|hell up )",
    ),
    Rule("hate", 6, "{THEY} are|is {BY} MOSTLY? MOSTLY? worst $"),
    Rule("hate", 6, "GADJ|GN|female lives|life are|is|do|does not worth|matter !any|less"),
    Rule(
        "hate",
        6,
        "sick|tired|disgusted|disgusting|fed of|by|up|with? ..4 ( {GROUP} ) ( like you | around|everywhere|here | $ !and )",
    ),
    Rule("hate", 6, "nothing but|more ..2 SLUR_TWO|SLUR_TWO_S|SLUR_OPEN|SLUR_OPEN_S|CRUDE|CRUDE_S"),
    Rule("hate", 6, "too many|much|more ..1 SLUR_TWO_S|SLUR_OPEN_S|CRUDE_S in|here|around|at|on|these"),
    Rule("hate", 6, "typical SLUR_TWO|SLUR_OPEN|CRUDE behaviour|behavior|thing|attitude|way|move"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ~~12 they {BY} must|should|need|have to? {BY} ( go|leave !for|to|with | get out | go home|back )",
    ),
    Rule("hate", 6, "we|i can|must|should|will|do|shall not ..4 welcome|accept|admit|allow|let ..2 ( {ETHNIC} )"),
    Rule(
        "hate", 6, "{MEMBER} should|must|can not|never {BY} be ..1 allowed|permitted|trusted|here|hired|given|elected"
    ),
    Rule(
        "hate",
        6,
        "should|must {ETHNIC} {BY} not {BY} ( be ..1 allowed|permitted|given|admitted|shown|accepted|trusted|hired | have ..1 rights|"
        "kids|children|access|vote|equal )",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} should|must {BY} not {BY} ( have|hold|get|receive|enjoy ..2 rights|access|freedom|jobs|positions|vote|benefits|kids | get "
        "married | be ..1 given|admitted|shown|accepted|hired|believed )",
    ),
    Rule(
        "hate",
        6,
        "should|must {ETHNIC} be ..1 barred|denied|kicked|excluded|banned|discriminated|segregated|deported | {ETHNIC} should|must ..1 be "
        "..1 barred|denied|kicked|excluded|banned|discriminated|segregated|deported|expelled",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} BE {BY} ( the|a ) ..1 cause|source|root|reason|problem ..4 crime|terrorism|violence|problems|disease|evil|unemployment",
    ),
    Rule(
        "hate",
        6,
        "{THEY} WILL|do|does|did|can|should not {BY} ( exist | be integrated|assimilated|civilised|civilized|tolerated )",
    ),
    Rule("hate", 6, "{GROUP} ..8 make|makes|made|making|fill|fills me|us|you ..5 RAGE"),
    Rule("hate", 6, "( {GROUP} | {MEMBER} ) ..2 disgust|disgusts|repulse|repulses|sicken|sickens me|us"),
    Rule("hate", 6, "SCORN ..3 for|of|towards|toward|against ..2 ( {ETHNIC} ) is|are|BE|knows|grows|runs|makes"),
    Rule("hate", 6, "i|we feel|have|felt|got ..4 SCORN for|of|towards|against ..2 ( {GROUP} )"),
    Rule(
        "hate", 6, "nothing|nobody|worse __1 worse|lower than|as a|an|the|these|those? ( {MEMBER} | {GROUP} | woman )"
    ),
    Rule("hate", 6, "{GROUP} ..3 __1 stop|help ..1 themselves from? {BY} being {BY} ..1 VILE|DREG|DREG_S"),
    Rule(
        "hate",
        6,
        "{GROUP} ~~12 ( i|we {BY} HATE {BY} them|your | them {BY} disgusts|sickens|repulses me|us | worse than your|their kind )",
    ),
    Rule(
        "hate",
        6,
        "{GROUP} ~~12 ( get|getting rid of them|you|those | they|you are|BE {BY} MOSTLY? MOSTLY? OBSCENE|OBSCENE_S|CRUDE_S|DREG_S|SLUR_OPEN_S )",
    ),
    Rule("hate", 6, "{GROUP} ..6 they are|were not? {BY} MOSTLY? MOSTLY? OBSCENE|OBSCENE_S|CRUDE_S|DREG_S|LOUT_S"),
    Rule(
        "hate",
        6,
        "{GROUP} ~~14 i|we WILL? ..2 __1 start|starting? BRUTE|BRUTE_ING|shoot|shooting|hang|hanging|burn|beating ..1 ( them | every|all|each of|one|them )",
        firm=True,
    ),
    Rule("hate", 6, "{GROUP} ~~14 ( they|you {MUST} ..1 suffer|die|burn|bleed|pay )", firm=True),
    Rule("hate", 6, "SWEAR|fucked|sick in the head ..2 if|because ..1 they are {BY} ( {GROUP} )"),
    Rule("hate", 6, "life|lives are|is|do not worth|matter ..2 SWEAR|crap|anything|dirt"),
    Rule(
        "hate",
        6,
        "women|woman|wives|girls|wife ..3 should|must|need|needs|supposed|have to? ..3 ( {BY} submissive|obedient|subservient|obey|submit|serve men|"
        "husbands|man|her|husband? )".replace(
            "submissive|obedient|subservient|obey|submit|serve men|", "submissive|obedient|subservient|obey|submit "
        ).replace("husbands|man|her|husband? )", ")"),
    ),
    Rule(
        "hate",
        6,
        "women|girls|{GROUP} ..2 accept|admit|know|understand that? they are {BY} WEAK|VILE|lesser|inferior".replace(
            "women|girls|{GROUP}", "( {GROUP} )"
        ),
    ),
    Rule("hate", 6, "{THEY} are {BY} slaves|childlike|servants|subhumans|property|worthless|objects $"),
    Rule("hate", 6, "{THEY} do|does|did not contribute|integrate|assimilate"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..3 here|come|came|coming to rape|pillage|steal|destroy|replace|conquer|loot|exploit|plunder|live off",
    ),
    Rule(
        "hate",
        6,
        "ban|banning|outlaw|eradicate|abolish|stop|destroy ..2 islam|judaism|muslims|jews|immigration|immigrants|refugees|migrants $",
    ),
    Rule(
        "hate",
        6,
        "white race|blood|nation|people|europe|genes ..2 ( is|are {BY} superior|pure|supreme|better | must|should ..1 preserved|protected|defended )",
    ),
    Rule(
        "hate",
        6,
        "preserve|preserving|protect|protecting|defend|defending ..1 white|aryan race|blood|people|nation|genes|europe",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..2 ( make|have|has ..1 too much money|power|influence | not loyal | only care about money )",
    ),
    Rule("hate", 6, "{ETHNIC} ..3 not loyal|welcome|wanted|human|trustworthy|civilised|civilized"),
    Rule(
        "hate", 6, "feminism|feminists is|are ..4 cancer|poison|destruction|disease|selfish|hate|evil|plague|man hating"
    ),
    Rule(
        "hate",
        6,
        "<!not|never|nor|against promote|promotes|spread|spreads|incite|incites|inciting ..3 racism|hatred|hate|nazism|supremacy|antisemitism|genocide",
        unless="NEWS",
    ),
    Rule("hate", 6, "{GROUP} ~~12 ( they|you __6 be|are {BY} MOSTLY? OBSCENE_S|CRUDE_S|LOUT_S )"),
    Rule("hate", 6, "OBSCENE_S|CRUDE_S|LOUT_S ~~6 they are {BY} ( {GROUP} )"),
    Rule("hate", 6, "{GROUP} are|is never|not {BY} intelligent|attractive|smart|clean|honest|human|capable|like us? $"),
    Rule(
        "hate",
        6,
        "{GROUP} ..2 should|must|belong|ought ..2 ( be|all ..1 )? dumped|thrown|put|kept|sent|locked|placed|penned? ..1 in|into|to|up ..2 landfill|"
        "cage|cages|zoo|trash|bin|sewer|ovens|camp|camps|sea|asylum",
    ),
    Rule(
        "hate",
        6,
        "dog|dogs|monkey|monkeys|rat|rats|ape|apes|pig|pigs|insect|insects|cockroach|animal|animals ..6 than|and ..6 ( {MEMBER} | woman | {ETHNIC} | "
        "you {GROUP} )",
    ),
    Rule("hate", 6, "any more ( {GROUP} ) ..6 ruin|destroy|end|wreck|spoil"),
    Rule(
        "hate",
        6,
        "( any|every|each|all|the|a {MEMBER} ) is|are|can|could be? {BY} MOSTLY? DREG|DREG_S|BEAST|rapist|terrorist|criminal|thief|threat",
    ),
    Rule(
        "hate",
        6,
        "{THEY} have|has|had __2 no|zero __1 right|rights to ..1 this|our|their|that|the country|land|nation|home",
    ),
    Rule("hate", 6, "( {ETHNIC} | CREED ) is|are not {BY} compatible"),
    Rule(
        "hate",
        6,
        "{ETHNIC} BE ..1 genetically|biologically|inherently|naturally|intrinsically ..2 predisposed|inferior|violent|criminal|lesser|stupid|lazy|"
        "unstable|dangerous|dirty",
    ),
    Rule("hate", 6, "{THEY} are|is|be {BY} but? {BY} trouble|nuisance"),
    Rule(
        "hate",
        6,
        "{GROUP} ( like you )? was|were|WILL {BY} {BY} be? {BY} OUSTED|HARMED|dead|gone|extinct $",
        firm=True,
        unless="NEWS",
    ),
    Rule(
        "hate",
        6,
        "( to|just|should|would|could|let|we|i|someone|somebody {BY} ) BRUTE|BRUTE_ED|shoot|hang|gas|burn ..1 ( kind|kinds|sort|sorts|type|types|lot|all|every of? )? "
        "DET? ..1 ( {GROUP} ) $",
        firm=True,
        unless="NEWS",
    ),
    Rule("hate", 6, "( cut|slit|slash|snap|break|smash|crush ) ..2 ( {GROUP} ) ..1 LIMB", firm=True),
    Rule("hate", 6, "find|finds|found|consider|call|think ..2 ( {GROUP} ) {BY} ( VILE|DREG|DREG_S )"),
    Rule("hate", 6, "( {GROUP} | {MEMBER} | woman ) ..1 nature to be {BY} MOSTLY? VILE|WEAK|OBSCENE|DREG|annoying"),
    # --- violence -----------------------------------------------------------------------------------------------
    Rule(
        "violence",
        6,
        "<!not|never|to|would|will|could|can|might|may|did|does|i|he|she|they|we|who|that|which|without|than|nearly|"
        "almost|what|it|this DEADLY your ..1 {PERSON} {DOOM}",
        firm=True,
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) {BY} DEADLY {FEW} ..1 {PERSON} {DOOM}",
        firm=True,
        unless="SCENE",
    ),
    Rule("violence", 6, "^ {BY} DEADLY HUMAN_S|FOLK_S|children|people|women|everyone|them {DONE}", unless="SCENE"),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) DEADLY|BASH|shoot {FEW} ..1 {PERSON} in|on|over|through|with ..1 "
        "( the|your|his|her|their )? ..1 HEAD|HEAD|chest|heart|stomach|belly|gut|belt|stick|hammer|knife|bat|gun|axe|"
        "brick|fists|fist|crowbar|pipe|chain",
        firm=True,
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) {BY} BASH {FEW} ..1 {PERSON} {DONE}",
        firm=True,
        unless="CONTEST",
    ),
    Rule("violence", 6, "^ {BY} BASH HUMAN_S|children|women|girls|them {DONE}", unless="CONTEST"),
    Rule(
        "violence",
        6,
        "<!not|never|to|would|will|could|can|might|may|did|does|i|he|she|they|we|who|that|which|without|than|nearly|"
        "almost|what|it|this beat|slap|punch|kick|flog|choke|thrash your ..1 wife|husband|girlfriend|boyfriend|kids|"
        "children|kid|child|son|daughter|baby|mother|mum|mom|spouse|partner|teacher {DONE}",
        firm=True,
        unless="CONTEST",
    ),
    Rule(
        "violence",
        6,
        "<!not|never|to|would|did|who|that|which DEADLY your|the|his|her|their ( {PERSON} )? PET|PET_S {DONE}",
        firm=True,
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "or else? your|the|his|her|their ..1 {PERSON} ( {HURTS} )",
        firm=True,
        unless="CONTEST",
    ),
    Rule("violence", 6, "unless|otherwise ..8 your ..1 {PERSON} ( {HURTS} )", firm=True, unless="SCENE"),
    Rule("violence", 6, "or else? you|they|he|she ( WILL ..1 be|get | get|gets|are|is ) {BY} HARMED", unless="SCENE"),
    Rule("violence", 6, "or ..2 someone|somebody gets|dies ( hurt|HARMED )? $", unless="SCENE"),
    Rule(
        "violence",
        6,
        "<!no|not|some|many|hundreds|thousands|of ( {PERSON} | {ETHNIC} ) ( ..5 who|that "
        "..5 | ..3 ) WILL|going|gonna to? be|get {BY} "
        "HARMED ( on sight | !to|in|at|for|with|on|over|up|down|full )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) {BY} bring|take|carry|smuggle|sneak ..2 WEAPON|WEAPON_S ( with you )? to|into|in|inside ..2 "
        "CROWD|CROWD_S",
        firm=True,
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "WEAPON|WEAPON_S|BLADE|BLADE_S ..2 to|into|in|inside|at ..2 CROWD|CROWD_S ..6 ( make ..1 them|him|her|everyone|"
        "people ..1 pay|suffer|bleed|scream|regret | KILL|shoot|stab ..2 them|him|her|everyone|people|all | "
        "open fire | get ..1 revenge | teach them ..1 lesson )",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) open fire on|in|at|into ..2 ( {PERSON} | CROWD|CROWD_S )",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) {BY} drive|plough|plow|ram ..2 car|van|truck|lorry|bus into ..2 ( {PERSON} | crowd|"
        "crowds|parade !free )",
        unless="SCENE",
    ),
    Rule("violence", 6, "( ^ | LEAD ) {BY} shoot {FEW} ..1 {PERSON} {DONE}", firm=True, unless="LENS"),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) {BY} hang|burn|crucify|skin {FEW} ..1 {PERSON} ( {DONE} | from | alive )",
        firm=True,
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "staff|team|people|men|boys|guys|friends|they|someone|somebody WILL ..1 DEADLY|BASH|shoot your ..1 {PERSON} "
        "{DONE}",
        unless="LENS",
    ),
    Rule("violence", 6, "{INTENT} ..1 KILL|RAPE ..1 ( you|him|her | ..3 of you )", firm=True),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 KILL|RAPE {BY} DET? ..1 ( {GROUP} | HUMAN|HUMAN_S|OBSCENE|BEAST_S )",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 KILL|RAPE ..1 them|people|anyone|anybody|everyone|everybody|someone|somebody",
        firm=True,
        unless="TARGET",
    ),
    Rule("violence", 6, "{INTENT} ..1 watch|see you|him|her|them ..2 DIE", firm=True),
    Rule("violence", 6, "{INTENT} ..1 SLAY|HURT you|him|her", firm=True),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 SLAY|HURT everyone|everybody|someone|somebody|people",
        firm=True,
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "i|we ..9 to|and|will ..1 KILL|shoot ..1 ( you | everyone|everybody | your ..1 HUMAN|HUMAN_S )",
        unless="TARGET",
    ),
    Rule("violence", 6, "{INTENT} ..1 SLAY {BY} DET? ..1 ( {GROUP} | HUMAN|HUMAN_S )", firm=True),
    Rule("violence", 6, "{INTENT} {BY} HURT DET ..1 HUMAN|HUMAN_S|HEAD", firm=True),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 beat|kick|knock|punch|choke ..1 shit|crap|hell|life|living ..1 out of you|him|her|them|your",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "beat|kick|punch|choke|strangle|hit you|her|him|them ..1 until|to ..2 stops|stop|dead|death|bleeds|bleed|"
        "dies|die|pulp",
    ),
    Rule("violence", 6, "{MUST} ..1 be ..1 beaten|stoned|burned|burnt|tortured|kicked|whipped to death"),
    Rule(
        "violence",
        6,
        "( {INTENT} | {LETSUS} | {MUST} | ^ ) ..1 put ..2 bullet|knife|blade in|through|between ..3 HEAD",
    ),
    Rule("violence", 4, "put|puts ..2 bullet|knife|blade in|through|between ..3 HEAD"),
    Rule("violence", 6, "( {INTENT} | {LETSUS} | ^ ) burn|bomb|torch|firebomb ..1 DET ..1 PLACE", unless="TARGET"),
    Rule("violence", 6, "pay ..3 with your ..1 blood|life|lives"),
    Rule(
        "violence",
        6,
        "someone|somebody {BY} please? KILL|shoot|stab|hang {BY} DET? ..1 ( {BEING} )",
        unless="TARGET",
    ),
    Rule("violence", 6, "{INTENT} ..2 make you|him|her|them ..1 suffer|bleed|pay|scream|regret|beg", firm=True),
    Rule("violence", 6, "{INTENT} ..2 burn|blow|bomb|shoot|torch|destroy|attack ..1 DET ..1 PLACE", firm=True),
    Rule(
        "violence",
        6,
        "{INTENT} ..2 beat|kick|smash|knock|punch|bash|slap|whip|cut|slit|rip|blow|snap|break|put ..1 your|his|"
        "her|their ..2 HEAD|ass|out|throat|head|heart",
        firm=True,
    ),
    Rule("violence", 6, "{INTENT} ..1 find you|him|her|them and"),
    Rule("violence", 6, "{INTENT} ..1 bring|get|grab|load ..1 gun|rifle|bomb ..2 school|work|office|church|kill"),
    Rule("violence", 6, "{LETSUS} KILL|RAPE {BY} DET? ..1 ( {BEING} )", firm=True, unless="TARGET"),
    Rule(
        "violence",
        6,
        "{LETSUS} SLAY|HURT {BY} DET? ..1 ( {GROUP} | HUMAN|HUMAN_S|him|her )",
        firm=True,
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "^ KILL|lynch|behead|gas|hang|execute|shoot|burn all|every|the|those|these ..1 ( {GROUP} | HUMAN|HUMAN_S )",
        firm=True,
    ),
    Rule("violence", 4, "KILL ..1 them all", unless="TARGET"),
    Rule("violence", 6, "^ KILL DET? ..1 ( {BEING} )", firm=True, unless="TARGET"),
    Rule(
        "violence",
        6,
        "( {BEING} | they ) ..2 should|must|deserve|deserves|ought to? ..1 be|get {BY} KILL_ED|SLAY_ED|RAPE_ED|"
        "beaten|maimed",
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "( {BEING} | they ) ..2 should|must|deserve|deserves|ought to? ( die | burn|hang !them|it|the|a|your|for|"
        "out|up )",
        unless="TARGET",
    ),
    Rule("violence", 4, "deserve|deserves|deserved ..2 die|death|torture|rape"),
    Rule("violence", 4, "should|must|ought ..2 be {BY} KILL_ED|RAPE_ED", unless="TARGET"),
    Rule(
        "violence",
        6,
        "( i|we ..1 hope|wish|pray | ^ hope|hopefully|pray|wish ) ..1 ( you | he | she | they | {BEING} ) ..3 DIE",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "( i|we ..1 hope|wish|pray | ^ hope|hopefully|pray|wish ) ..1 ( you | he | she | they | {BEING} ) ..2 "
        "get|gets|catch|are|is ..1 MISHAP",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "go|please|just|and|now die|perish ( you|slowly|painfully|already|alone | in ..1 fire|hell|hole|pain )",
    ),
    Rule("violence", 6, "^ die YOU|BARB|OBSCENE|SLUR_HARD|slowly|painfully|in"),
    Rule(
        "violence",
        4,
        "go|just|please die $ | burn|rot in hell | die in a fire | watch your back | i know where you live",
    ),
    Rule("violence", 6, "you|u are {BY} dead man|meat|soon|to|when|if"),
    Rule(
        "violence",
        6,
        "you WILL|going ..2 die|bleed|burn ..1 soon|tonight|tomorrow|slowly|painfully|screaming|for|like",
    ),
    Rule("violence", 4, "you WILL ..1 die | you WILL pay for this|it|that | you WILL regret this"),
    Rule("violence", 6, "( bomb|torch|firebomb | shoot|blow up ) DET ..1 PLACE", unless="SCENE"),
    Rule("violence", 6, "slit|cut|slash|slice|rip ..1 your ..1 throat|throats", firm=True, unless="EDGE"),
    Rule(
        "violence",
        6,
        "put|bullet|knife|blade|axe ..4 in|through|between your ..1 head|skull|brain|heart|eyes|throat|chest|back",
    ),
    Rule("violence", 4, "slit|cut|slash|slice ..1 his|her|their ..1 throat|throats"),
    Rule(
        "violence",
        6,
        "bash|smash|cave|blow|kick|beat|rip|stab|gouge ..1 your ..1 HEAD|ass ..1 in|out|off|open|apart",
    ),
    Rule(
        "violence",
        4,
        "bash|smash|cave|blow|kick|beat|rip|gouge|bashed|smashed|blew ..1 his|her|their ..1 HEAD ..1 in|out|off|"
        "open|apart",
    ),
    Rule(
        "violence",
        6,
        "how|guide|instructions|recipe|steps|tutorial|ways|way ..3 make|making|build|building|construct|"
        "assemble|detonate|create|plant ..3 bomb|bombs|explosive|explosives|grenade|molotov|ied|napalm|ricin|"
        "sarin|silencer",
        unless="THING",
    ),
    Rule(
        "violence",
        6,
        "how|way|ways|best to ..1 KILL|strangle|poison|RAPE ..1 ( {BEING} ) !through|with",
        firm=True,
    ),
    Rule("violence", 6, "pipe|nail|car|fertilizer bomb|bombs ..4 make|build|materials|ingredients|instructions"),
    Rule("violence", 6, "make|build|making|building ..1 pipe|nail|car|homemade|fertilizer bomb|bombs"),
    Rule(
        "violence",
        6,
        "( praise|hail | glory to | long live | i|we ..1 support|love|admire | join us|the ) ..1 isis|jihad|"
        "jihadis|hamas|taliban|alqaeda|hitler|nazis|kkk",
        firm=True,
    ),
    Rule("violence", 6, "rape|gangrape you|bitch|bitches|whore|that|this"),
    Rule("violence", 6, "{MUST} ..1 be|get RAPE_ED|gangbanged"),
    Rule("violence", 6, "get|gets|got what you deserve|deserved ..3 die|dead|rape"),
    Rule("violence", 4, "KILL|RAPE ( you | {GROUP} )"),
    Rule("violence", 4, "i|we KILL_ED|tortured|stabbed|strangled|beat ..1 ( him | her | them | {GROUP} )"),
    Rule(
        "violence",
        4,
        "want|wants|love|loves|enjoy|enjoyed|enjoys|like|fantasize ..3 blood|pain|screams|suffering ..3 victim|"
        "victims|die|dying|kill",
    ),
    Rule("violence", 6, "if|when|next|again ..8 you are dead $"),
    Rule("violence", 6, "i|we {BY} want|need|wanted you|him|her|them dead"),
    Rule(
        "violence",
        6,
        "( {INTENT} | {LETSUS} | ^ ) cut|chop|hack|rip|tear|saw ..1 your|his|her|their ..1 HEAD|arms|hands|"
        "fingers|balls|dick off|apart|out",
    ),
    Rule("violence", 6, "{INTENT} ..1 cut|chop|carve|slice|hack|tear|rip you|him|her"),
    Rule("violence", 6, "i|we ..10 gun|rifle|knife|bomb|pistol|machete|axe ..6 KILL|KILL_ING|stab", unless="TARGET"),
    Rule("violence", 6, "how you|to|i|we ..1 KILL|poison|strangle ..1 your|my|his|her HUMAN|HUMAN_S"),
    Rule("violence", 6, "{LETSUS} HURT up? ..1 ( {GROUP} )"),
    Rule("violence", 6, "burn|bomb|torch|blow ..1 your ..1 PLACE ..1 down|to|up"),
    Rule("violence", 6, "put you|him|her|them in ..1 ground|grave|coffin|hospital|wheelchair|casket"),
    Rule("violence", 6, "you|he|she|they never ..1 walk|breathe|see ..1 again|daylight"),
    Rule("violence", 4, "string|strung them|him|her up | let them hang|burn|die $"),
    Rule("violence", 6, "{LETSUS} KILL {BY} DET? ..1 BEAST_S|OBSCENE_S|CRUDE_S", firm=True, unless="TARGET"),
    Rule("violence", 6, "{INTENT} ..1 see|watch DET ..1 HUMAN|HUMAN_S|PLACE ..1 DIE", firm=True),
    Rule(
        "violence",
        6,
        "should|must|deserve|deserves|ought ..3 ( burned|burnt|skinned|buried|eaten|boiled alive | hung|hanged from )",
        unless="TARGET",
    ),
    Rule("violence", 4, "what is coming to you | i have|got a gun|knife|bomb"),
    Rule("violence", 2, "GORE|GORE_S"),
    Rule("violence", 2, "KILL_ED|KILL_ING | shot dead", unless="TARGET"),
    Rule("violence", 2, "RAPE_ED|RAPE_ING|rapist|rapists"),
    # --- violence: how to, with what, and to whom -------------------------------------------------------------------
    Rule("violence", 6, "{ASK} ..6 {BRUTALLY} up|off|down? ( {VICTIM} )", unless="HARMLESS"),
    Rule("violence", 6, "{ASK} ..6 {ROUGHLY} up|off|down|apart? ( {VICTIM} ) {DOOM}", unless="HARMLESS"),
    Rule("violence", 6, "{ROUGHLY} ( {VICTIM} ) {BY} with|using ..2 TOOL|TOOL_S", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "BRUTE|BRUTE_ING|ROUGH|ROUGH_ING in|off|open|up|out|away? ( SOMEBODY | {FEW} ..1 {PERSON} ) in|off? "
        "LIMB ( $ | in|off|open|with|into )",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "( {ASK} | {INTENT} ) ..4 ( terminate|end|take|ruin|destroy ) ..1 ( someone|somebody | {FEW} ..1 {PERSON} ) "
        "life|lives",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 commit|committing|plan|planning|carry|get|stage ..1 out|away|with? ..1 murder|massacre|"
        "assassination|genocide|bombing|killing|manslaughter|shooting|attack $",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 ( plan|cause|arrange|fake ) ( someone|somebody | {FEW} ..1 {PERSON} ) death|murder|accident",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..6 set|light|setting ..1 ( PLACE|CROWD | {VICTIM} ) on fire", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..6 blow|bomb|torch|firebomb|bombing|attack|attacking|blowing up? ..2 PLACE|CROWD|base|city|building !in|"
        "with",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 exploding|explode|detonate|detonating|set|setting off? ..1 bomb|bombs|explosives",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 attack|assault|overpower|kidnap|abduct|ambush|stalk|RAPE|trap|lure|drug ( {VICTIM} )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..8 break|snap|smash|crush|shatter|cut ..1 their|his|her LIMB", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..6 {BRUTALLY} ..2 city|town|country|village|nation|humanity|population",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..5 wipe|wiping out humanity|mankind|everyone|people|humans", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..5 push|throw|shove|pushing ..3 ( {VICTIM} ) ..2 off|under|into|in ..2 cliff|bridge|train|bus|"
        "roof|balcony|stairs|traffic|window",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 ( knockout punch | headshot ) on|to|with ..2 ( {VICTIM} | gun|rifle )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..6 give ( {VICTIM} ) ..1 headshot|overdose", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "( find|people|someone|somebody|targets|victims to {BRUTALLY}|shoot|shooting|rape $ )".replace(
            "{BRUTALLY}|", "BRUTE|"
        ),
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..6 hunt|hunting|track down ..1 ( {VICTIM} )", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "use|using|perfect|ideal|great|handy|made|designed|built|good|sharp|strong|try|our|this|these|want|"
        "wants|love|loves __6 to|for {BY} {BRUTALLY} up|off|down? ( {VICTIM} ) !with",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "use|using|perfect|ideal|great|handy|made|designed|built|good|sharp|strong|try __6 to|for {BY} {ROUGHLY} "
        "up|off|down? ( SOMEBODY | {FEW} ..1 {PERSON} ) {DONE}",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "( {INTENT} ) ..8 and ..1 ( BRUTE|hurt|harm|rape|shoot|shank ) ( you|him|her|them | your ..1 {PERSON} )",
        firm=True,
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "( {INTENT} | they WILL | or i|we|they WILL | ^ ) ..2 break|snap|smash|crush|shatter ..1 your|his|her|their "
        "..1 legs|arms|kneecaps|knees|neck|fingers|ribs|jaw|nose|bones|spine|skull|teeth|face|hands",
        firm=True,
    ),
    Rule("violence", 6, "{INTENT} ..6 BRUTE|hurt|harm|shoot your|his|her|their ..1 PET|PET_S"),
    Rule(
        "violence",
        6,
        "you|whoever|anyone|everyone|anybody|everybody __6 WILL ..1 be|get {BY} HARMED {DOOM}",
        unless="LENS",
    ),
    Rule("violence", 6, "you|whoever|anyone|everyone|they WILL be HARMED if|unless|for|when|who|like", unless="LENS"),
    Rule("violence", 6, "tore|torn|rip|ripped|tear|tearing ..2 limb from limb"),
    Rule("violence", 6, "blood ( ..1 was|were|is|are )? ..1 SPILL|SPILL_ING|SPILL_ED !orange|red", unless="SCENE"),
    Rule(
        "violence",
        6,
        "brains|guts|intestines|entrails|organs|bowels ( was|were )? ..1 SPILL_ING|SPILL_ED|spilled|spilling",
    ),
    Rule(
        "violence",
        6,
        "smash|smashed|crush|crushed|caved|bash|bashed|split|slammed|cracked his|her|their|your ..1 skull|head|"
        "face|jaw ..1 in|with|against|open|until|to|on",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "bleed|bleeding|bled out ..2 ( on|in|to|slowly|while|as )", unless="HARMLESS"),
    Rule("violence", 6, "gut|guts|gutted|gutting him|her|them|you|someone|people|his|their", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "( ^ | LEAD | {LETSUS} | {INTENT} ) ..1 ( set|light ) fire to ..2 ( PLACE|CROWD|CROWD_S | {PERSON} )",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD | {LETSUS} | {INTENT} ) ..1 ( set|light ) DET ..1 ( PLACE|CROWD|CROWD_S | {PERSON} ) on fire",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) blow up|down? DET ..1 PLACE|CROWD|CROWD_S | ^ shoot up DET ..1 PLACE|CROWD|CROWD_S",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "poison|poisoning|contaminate ..1 ( water supply | reservoir | well|drink|drinks|food of|at|for ..2 {PERSON} )",
        unless="HARMLESS",
    ),
    Rule(
        "violence", 6, "( ^ | LEAD | {INTENT} ) run|running|mow|mowing|knock over|down ( {VICTIM} )", unless="HARMLESS"
    ),
    Rule(
        "violence",
        6,
        "strap|strapped|strapping ..1 on|yourself? ..2 bomb|bombs|explosives|dynamite | suicide vest|belt|bomb",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "( every|all|that|this|the|these|those? {PERSON} | {GROUP} | they|he|she|you ) {BY} deserve|deserves|need|"
        "needs ..2 bullet|beating|noose|lynching|hanging|kicking|thrashing|bullets !proof|journal|journals",
        unless="SCENE",
    ),
    Rule("violence", 6, "bullet|bullets in|through|to|into ..2 head|heads|brain|skull|face|chest|back", unless="SCENE"),
    Rule(
        "violence",
        6,
        "throw|throwing|pour|splash|chuck ..1 acid|petrol|gasoline|boiling ..2 in|on|at|over ..1 ( LIMB | "
        "him|her|them|you | {PERSON} )",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "cut|chop|hack|saw|slice|rip|tear|cutting|chopping|sawing|hacking off|up|out? ( his|her|your|their | {FEW} ..1 "
        "{PERSON} ) ..1 LIMB off|and|$? with|into|in|then? $".replace(
            "off|and|$? with|into|in|then? $", "( $ | off|with|into )"
        ),
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "saw|cut|chop|hack|sawing|cutting|chopping ..1 up? ..1 dead? body|bodies|corpse|corpses ..1 ( $ | into|in|up )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "time to {BY} BRUTE ( {VICTIM} ) {DONE}", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 BRUTE|ROUGH ( that|those|your|his|her|their ) ..2 neck|necks|throat|throats|skull|head|face|jaw|"
        "spine|bones|ribs|teeth",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 BRUTE|RAPE {BY} ( any|every|each|that|this|a|the|another ..1 woman|girl|man|person|boy|child | DET? "
        "{MEMBER} )",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 keep|start|continue|go|be ..1 BRUTE_ING|attacking|hurting|beating|raping|punching ( you | {VICTIM} )",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "that|this|those|these|every|all ( {MEMBER} | woman|man|bitch|bastard | {GROUP} ) WILL ..1 ( die|bleed|perish | burn $ )",
        unless="SCENE",
    ),
    Rule("violence", 6, "die|death|suffer|bleed ..2 at|by my|our hands|hand"),
    Rule(
        "violence",
        6,
        "( he|she|they|you|everyone|everybody | those|these|all|every|that|this __4 ) {MUST} ..1 be {BY} KILL_ED|executed|shot|hanged|"
        "hung|lynched|stoned|beheaded|drowned|gassed|exterminated|( burned|burnt alive|at|to )".replace(
            "|( burned|burnt alive|at|to )", ""
        ),
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "should|must|ought|deserve|deserves ..2 be ..1 burned|burnt|skinned|buried|boiled|roasted at|alive|to ..1 stake|death|$ ".replace(
            "|$ ", ""
        ),
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "should|must|ought|deserve|deserves ..2 be ..1 burned|burnt|skinned|buried|boiled|roasted alive",
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "wish|hope|pray|hoping|wishing|if ..6 ( be|get|gets|were|was|had|have ) ..1 HARMED|executed|burned $ !by|with|from",
        unless="LENS",
    ),
    Rule("violence", 6, "had|have|get|gets|having ..1 throat|throats cut|slit|slashed"),
    Rule(
        "violence",
        6,
        "BRUTE_ING|RAPE_ING|ROUGH_ING ( {VICTIM} | you | DET? {MEMBER} | a|any|every woman ) ( like you|him|her|them|that )? should|must|ought __2 be ..1 LEGAL",
    ),
    Rule("violence", 6, "{INTENT} ..1 end|take|ending|taking ( his|her|their|your ) life|lives !to|and|more|easier"),
    Rule(
        "violence",
        6,
        "( {INTENT} | {LETSUS} | we should|must {BY} | it WILL be ..3 to {BY} | interest to {BY} ) BRUTE|shoot|hang|stab|drown DET? ..3 "
        "FOLK|FOLK_S|HUMAN|HUMAN_S {DOOM}",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 make DET? ..1 FOLK|FOLK_S|HUMAN|HUMAN_S suffer|bleed|pay|scream $ !for|less|more|attention",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "death|destruction to DET? ..1 FOLK_S|HUMAN_S|capitalists|traitors|infidels $ | execution|death|lynching is ..3 solution|answer|cure "
        "for ..2 ( {PERSON} )",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "i|we WILL? ..1 love|like|enjoy ..2 see|watch|seeing|watching ( him|her|them|you | DET? ..1 {PERSON} ) ..1 suffer|die|bleed|burn|"
        "scream $",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "should i|we ..2 {BRUTALLY} ( {VICTIM} ) | should i|we ..2 ROUGH ( {VICTIM} ) {DOOM} | should i|we ..2 burn|bomb|blow ..3 PLACE",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "should i|we ..2 shoot|attack|assault|beat|RAPE ( {VICTIM} )", unless="LENS"),
    Rule("violence", 6, "{ASK} ..12 to|can|i ..2 kill|murder ..2 people|someone|humans|somebody $", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..8 attack|assault|stab|hurt|electrocute|shoot ( someone|somebody|people | {FEW} ..1 {PERSON} ) !with|at|in".replace(
            " !with|at|in", ""
        ),
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 wipe|wiping out ..2 village|town|city|population|country|group|race",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..6 ( do|doing away with | get|getting rid of ) ( {FEW} ..1 HUMAN )", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..6 ( get|getting away with | commit|committing|plan|planning|carry ..2 ) rape|murder|assault|kidnapping|abduction|terrorism|"
        "massacre $",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 engage|join|support|engaging|joining ..1 in? terrorism|jihad|isis|terrorists|alqaeda",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 make|making|build|building|print|printing|assemble ..3 grenade|grenades|bomb|bombs|explosive|explosives|landmine|silencer",
        unless="THING",
    ),
    Rule("violence", 6, "print|printed|printing|printer ..2 gun|guns|firearm|firearms|pistol|rifle"),
    Rule(
        "violence",
        6,
        "<!not|never|nor|against incite|incites|inciting|promote|promotes|glorify|glorifies|encourage|encourages ..3 violence|terrorism|murder|terror|killing|bloodshed "
        "!prevention",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..6 cause|causing|inflict|do ..1 physical|bodily|grievous|serious harm|injury|pain",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..8 stalk|stalking|harass|harassing|bully|bullying|threaten ..1 ( {VICTIM} )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "homemade explosive|explosives|bomb|bombs|grenade ..1 ( device|devices | $ )", unless="NEWS"),
    Rule(
        "violence",
        6,
        "hire|hiring|find|pay ..2 hitman|assassin|hitmen | {ASK} ..8 assassinate|behead|bomb ..3 individual|leader|someone|people|politician|crowd",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..8 killing|poisoning|strangling|kill|poison|drown ..3 HUMAN|FOLK|patient|toddler|baby|child|person {DOOM}",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "( {LETSUS} | we should|must|could {BY} ) ( BRUTE|shoot|hang|gas|burn|execute ) them|those $ !to|in|on|up|out|off|with",
        firm=True,
        unless="TARGET",
    ),
    Rule(
        "violence", 6, "{INTENT} ..1 BRUTE|hurt|harm|attack|RAPE my|your|his|her|their ..1 {PERSON}", unless="HARMLESS"
    ),
    Rule("violence", 6, "threaten|threatens|threatening|threat to BRUTE|hurt|shoot ( {VICTIM} )", unless="NEWS"),
    Rule(
        "violence",
        6,
        "mass|school|church|mosque shooting|shootings ..3 at|in|on|plan|guide|tips | {ASK} ..8 mass|school|church shooting|murder",
        unless="NEWS",
    ),
    Rule("violence", 6, "{ASK} ..6 rig|rigging|tamper|sabotage|cut ..8 to crash|explode", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..8 knock out|unconscious ..2 ( person|someone|somebody | {FEW} ..1 HUMAN )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "join|support|joining|supporting al|isis|alqaeda|daesh|taliban|hamas qaeda? $", unless="NEWS"),
    Rule("violence", 6, "honor|honour killing|killings for|of my|your|his", unless="NEWS"),
    # --- self-harm ----------------------------------------------------------------------------------------------
    Rule(
        "self_harm",
        6,
        "{INTENT} ..2 ( {SELFKILL} | die | be dead | disappear forever | not exist | end it | not wake up )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "i ..4 want|wanted|wanting|going|gonna|ready|try|tried|trying|decided|planning|plan|planned|tempted|urge|"
        "attempt|attempted|about|thought|feel|prefer|rather|could|might|should|just|need|wish ..3 ( {SELFKILL} | "
        "{SELFKILLING} | end it all | to die | be dead )",
        firm=True,
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "i|me|my ..5 think|thinking|thought|thoughts|considering|contemplating|planning|planned|fantasize|"
        "fantasizing|imagine|imagining|picture|urge|urges|attempt|attempts|attempted|ideas|dream|dreaming|feel|"
        "feeling|feels ..3 ( {SELFKILL} | {SELFKILLING} | SUICIDE|SUICIDE_S | about|of dying | being dead )",
        firm=True,
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "fantasize|fantasizing|imagining|imagine|thinking|thoughts|think|feel|feeling ..3 ( {SELFKILLING} | "
        "about|of dying )",
    ),
    Rule("self_harm", 6, "SUICIDE thoughts|ideation|feelings ..6 i|me|my", firm=True),
    Rule(
        "self_harm",
        6,
        "i ..2 wish|wished ..1 i __3 ( dead | die | died !my|the|it|hair | born | exist|existed | disappear | "
        "woken | alive | gone )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "i|to __2 do|can not __2 want|deserve|wish|bear|stand|keep|go __2 ( live !without|in|with|near|on|at | "
        "alive | living !without|in|with|near | exist|existing | wake up !without|to|in|with|late|early|at|"
        "feeling | be here|around )",
        firm=True,
    ),
    Rule("self_harm", 6, "i do not want to be here|alive|around", firm=True),
    Rule("self_harm", 6, "life|living BE not worth ..1 living|it | i am not worth living"),
    Rule("self_harm", 6, "what is|was the point|use of|in|to ..1 living|life|live"),
    Rule(
        "self_harm",
        6,
        "think|thinking|thought|thoughts|considering|contemplating|planning about|of? {BY} SUICIDE|SUICIDE_S",
    ),
    Rule(
        "self_harm",
        6,
        "do not want to ( live|exist !without|in|with|near|on|at | wake up !without|to|in|with|late|early|at|"
        "feeling | be alive | be here anymore | do this anymore )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "no|any|lost|without reason|reasons|point|will|purpose ..2 to|in|for ..1 live|living|life|exist|existing|"
        "alive|going",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "tired|sick|done|exhausted of|with {BY} ( living|life !with|in|like|without|out|room|on|paycheck|off|"
        "near|at|under | existing | being alive )",
    ),
    Rule(
        "self_harm",
        4,
        "i __2 ( can not ..2 do|take|handle ..2 this|it ..1 anymore|longer ) | i can not go on | i am ADV? done "
        "with life|everything|living",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "better off|place without me | better if i was|were dead|gone|not | better off dead",
        firm=True,
    ),
    Rule("self_harm", 6, "i|me|my ..4 suicidal", firm=True),
    Rule("self_harm", 6, "my ..1 SUICIDE|SUICIDE_S ..1 note|letter|attempt|plan|attempts|thoughts", firm=True),
    Rule("self_harm", 4, "SUICIDE ..1 note|attempt|attempts|plan|thoughts|ideation|method|methods"),
    Rule(
        "self_harm",
        6,
        "i ..3 cutting|burning|harming|hurting|harm|starving|carving my? MYSELF|wrists|arms|thighs|again",
        firm=True,
        unless="EDGE",
    ),
    Rule("self_harm", 4, "i ..3 cut|hurt|burn|harm|burned MYSELF", firm=True, unless="EDGE"),
    Rule("self_harm", 6, "i ..4 self harm|harmed|harming|injure|mutilate", firm=True),
    Rule("self_harm", 6, "my wrists|wrist|veins ..4 cut|slit|slice|blade|razor|bleed|blood", firm=True),
    Rule("self_harm", 6, "cut|slit|slice|slash ..1 my ..1 wrists|wrist|veins|arms|thighs|throat", firm=True),
    Rule("self_harm", 6, "i ..8 overdose|overdosed|noose", firm=True),
    Rule("self_harm", 6, "i|me ..6 hang|hanging|hung|shoot|shot|drown|kill|killed|killing MYSELF", firm=True),
    Rule("self_harm", 6, "end|ending my own? life|misery|suffering|pain"),
    Rule(
        "self_harm",
        6,
        "how|ways|way|methods|method|easiest|best|quickest|guide|painless|painlessly ..3 ( {SELFKILL} | "
        "{SELFKILLING} | SUICIDE | tie a noose )",
    ),
    Rule("self_harm", 6, "painless|painlessly|peaceful ..2 death|die|suicide"),
    Rule(
        "self_harm",
        6,
        "ways|way|methods|method|easiest|best|quickest|how to|for|i|of ..2 die !for|my|the|it",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "<!not|never take|swallow|down|pop|eat|neck ..1 all|every|entire|whole ..3 PILL|PILL_S ( ..1 at once | ..8 "
        "( in one go | sleep forever | never ..1 wake|waking | end it|everything|all | fall asleep forever ) )",
    ),
    Rule(
        "self_harm",
        6,
        "<!not|never|to swallow|down|neck ..1 ( all|every|entire|whole ..1 )? bottle|box|packet|jar of ..1 PILL|PILL_S",
    ),
    Rule(
        "self_harm",
        6,
        "take|swallow|pop|down ..3 bottle|handful|all|whole of? ..2 PILL|PILL_S ..8 sleep forever | "
        "PILL|PILL_S ..6 ( sleep forever | never ..1 wake|waking up )",
    ),
    Rule("self_harm", 6, "KILL|hang|shoot|drown|off YOURSELF | kys | killyourself | kill urself"),
    Rule("self_harm", 6, "you|u ..1 should|must|deserve ..2 ( {SELFKILL} )", firm=True),
    Rule("self_harm", 6, "drink bleach|antifreeze|poison"),
    Rule(
        "self_harm",
        6,
        "slit your wrists|wrist|throat | jump off ..1 bridge|cliff|roof|building | cut your wrists|veins",
    ),
    Rule("self_harm", 6, "proana|thinspo|thinspiration|promia|meanspo"),
    Rule("self_harm", 6, "starve|starving MYSELF|YOURSELF | lethal|fatal dose"),
    Rule("self_harm", 4, "thoughts|thinking of|about ..1 death|dying|ending|SUICIDE"),
    Rule("self_harm", 4, "i|my ..2 hate|hates ..2 myself|life|living", firm=True),
    Rule("self_harm", 4, "nobody|no one ..3 miss|care|cares|cared|love|loves ..2 me|gone|die|if", firm=True),
    Rule(
        "self_harm",
        4,
        "( i am|was|feel | life|everything is|feels ) {BY} hopeless|worthless|meaningless|pointless|burden|empty|"
        "numb|miserable|failure|useless|depressed|suicidal",
        firm=True,
    ),
    Rule(
        "self_harm",
        4,
        "my|last|final goodbye|goodbyes|note | goodbye world|everyone | this is it ..2 goodbye",
        firm=True,
    ),
    Rule(
        "self_harm",
        4,
        "i ..2 feel|feeling|felt ..2 hopeless|worthless|empty|numb|trapped|alone|nothing|dead|lonely|depressed|"
        "burden|useless",
        firm=True,
    ),
    Rule(
        "self_harm",
        0,
        "feel|feeling|felt ..2 hopeless|worthless|empty|numb|trapped|alone|nothing|dead|lonely|depressed|burden|"
        "useless",
    ),
    Rule(
        "self_harm",
        6,
        "i ..3 want ..2 stop existing|living|breathing | i ..3 want ..2 sleep forever | die in my sleep",
        firm=True,
    ),
    Rule("self_harm", 6, "nothing|anything left? ..1 to live for | i have nothing left to live|give"),
    Rule("self_harm", 6, "how many|much ..6 ( kill|kills you|me|myself|someone|yourself | to overdose | to die )"),
    Rule("self_harm", 6, "reason|point ..1 in|to ..1 ( continue $ | carry on | exist | go on )", firm=True),
    Rule("self_harm", 4, "i ..1 can|could|do not ..4 ( keep|keeping going | go|going on | carry on )", firm=True),
    Rule(
        "self_harm",
        4,
        "i ..3 want ..1 ( it|everything|this to ..1 be over|done | the|my pain to ..1 end|stop|go | out $ )",
        firm=True,
    ),
    Rule(
        "self_harm",
        4,
        "ending it !with|there|here | end it tonight|now|soon|already | do it|this tonight",
        firm=True,
    ),
    Rule(
        "self_harm",
        4,
        "i ..12 bottle|handful|bunch|box of ..1 pills|tylenol|painkillers|tablets ..8 overdose|die|dead|end|all|"
        "everything",
    ),
    Rule("self_harm", 4, "pills ..10 take|took|swallow|swallowed ..1 them|all"),
    Rule(
        "self_harm",
        4,
        "my life is|feels {BY} over|ruined|hell|pointless|mess|nothing|falling|meaningless",
        firm=True,
    ),
    Rule("self_harm", 4, "i ..2 did not ..1 die | i ..1 should have died | should be me", firm=True),
    Rule("self_harm", 4, "happier|better ..1 if i ..1 gone|dead|died | happier without me", firm=True),
    Rule("self_harm", 4, "burden to|on my|everyone|them|people|others|you", firm=True),
    Rule("self_harm", 4, "my|severe|with depression|anxiety|suffering ..8 i|me|my", firm=True),
    Rule(
        "self_harm",
        6,
        "i|gonna|will|just|might|should|ima|finna kms | kms lol|tonight|rn|bye|please | wanting|wants|waiting|ready|itching to die",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "i ..2 can not ..1 stop cutting|burning|hurting !my|the|it|paper|wood|down|back|out|up",
        firm=True,
    ),
    Rule("self_harm", 4, "i ..2 took|swallowed|taken ..3 pills|tylenol|xanax", firm=True),
    Rule("self_harm", 6, "KILL_ED|hanged|hung|shot|offed|drowned YOURSELF", firm=True),
    Rule(
        "self_harm",
        6,
        "i ..2 burn|burned|cut|carve|carved|sliced|slice my ..1 thighs|arms|wrists|skin|legs|wrist|arm",
        firm=True,
        unless="EDGE",
    ),
    Rule("self_harm", 6, "why am i ( ..1 alive | living|here anymore )", firm=True),
    Rule("self_harm", 6, "give|giving|gave|given up on life|living|everything|myself", firm=True),
    Rule("self_harm", 4, "hold|holding|hang|hanging on much|any longer | how much longer i can", firm=True),
    Rule("self_harm", 4, "of|about ending things | rope|noose ..3 ready|tied|bought|closet|neck", firm=True),
    Rule("self_harm", 4, "if i ..1 ( died | die | disappeared | vanished | was|were gone|dead )", firm=True),
    Rule(
        "self_harm",
        6,
        "wish|hope|want|wishing|hoping|need someone|somebody|something ..2 KILL|shoot|end me|my",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "been|started|start|stopped|keep|relapsed cutting since|again|myself|more|for|deeper",
        firm=True,
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "i ..3 drive|drove|crash|steer ..2 off|into ..2 bridge|cliff|tree|river|traffic|wall",
        firm=True,
    ),
    Rule("self_harm", 6, "easy|easier|tempted|urge ..2 to ..1 ( {SELFKILL} | drive off ..1 bridge|cliff )"),
    Rule("self_harm", 6, "not see myself ..1 living|alive|past|surviving", firm=True),
    Rule("self_harm", 4, "want|need everything|it|this|life to ..1 stop|end", firm=True),
    Rule("self_harm", 0, "GLOOM"),
    Rule("self_harm", 2, "SUICIDE|SUICIDE_S | self harm|injury|harming|mutilation | {SELFKILL} | {SELFKILLING}"),
    # --- self-harm: urged, advised or praised -----------------------------------------------------------------------
    Rule("self_harm", 6, "( ^ | LEAD | so|can|why|time ..2 to? ) {BY} ( end your own? life|existence|misery !in )"),
    Rule("self_harm", 6, "( {ASK} | easiest|quickest|ready|time ) ..4 end|ending it all", unless="HELPED"),
    Rule(
        "self_harm",
        6,
        "overdose|overdosing|od on ..3 PILL|PILL_S|drugs|medication|sleeping|these|insulin",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "SUICIDE is|as ..3 answer|solution|way|option|best|right|beautiful|brave|freedom|peace|cool|choice|"
        "escape|painless",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "cutting|bleeding|starving|purging|burning yourself|myself? ..1 makes|make|made|helps|takes|eases|"
        "relieves ..2 pain|hurt|feelings|sadness|emptiness|you|me ..2 ( $ | away|stop|better|relief|feel )",
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "cut|cuts|slice|slices|gash|gashes|scars|slashes ..2 on|in|into|along|across ..1 your|my ..1 arms|"
        "arm|wrists|wrist|thighs|skin|flesh|legs",
        unless="EDGE",
    ),
    Rule(
        "self_harm", 6, "world|everyone|everybody|we|they|family|all WILL|are|is|be ..2 better off|place? without you $"
    ),
    Rule("self_harm", 6, "nobody|no one? WILL ..1 miss|care|notice|mourn you|if ( $ | you|are|is|die|dead|gone )"),
    Rule(
        "self_harm",
        6,
        "slash|slit|cut|open|slice|slicing|slitting your|my ..1 wrists|wrist|veins|vein|arteries|artery|throat",
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "{ASK} ..6 sever|pierce|cut|slice|open|puncture my|your ..2 artery|arteries|vein|veins|wrist|wrists|throat|"
        "jugular",
    ),
    Rule(
        "self_harm",
        6,
        "( {ASK} | i ) ..5 carve|cut|burn|scratch|slice ..3 in|into|on? my|your ..1 arm|arms|wrist|wrists|thigh|"
        "thighs|leg|skin|flesh !with|in|from|off",
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "burn|burning|cut|cutting|slice|scratch|carve your|my skin|arm|arms|wrists|thighs|flesh|leg|legs ..2 with|"
        "using ..2 lighter|cigarette|blade|razor|knife|scissors|match|glass",
    ),
    Rule(
        "self_harm",
        6,
        "purge|purging|throw|vomit|vomiting|puke|sick up? ..1 after|every|following ..2 meal|meals|eating|food|"
        "dinner|lunch",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "stop|quit|avoid eating ..4 thin|skinny|purge|starve|bones|size|altogether|completely|for",
        unless="HELPED",
    ),
    Rule("self_harm", 6, "skip|skipping ..2 meals ..8 skinny|thin|thinner|bones|vomit|throw|purge", unless="HELPED"),
    Rule(
        "self_harm",
        6,
        "hide|hiding|conceal|concealing ..2 ( eating disorder | anorexia | bulimia | self harm | cuts|scars from )",
    ),
    Rule(
        "self_harm",
        6,
        "tips|guide|tricks|how|ways|become|becoming ..4 anorexic|anorexia|bulimia|bulimic|starving|starve",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "drink|swallow|chug|inject|down ..4 bleach|antifreeze|cyanide|arsenic|drain|weedkiller",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "you ..2 should|must|better|can|could|ought ..1 ( die | be dead | end it | disappear forever )",
        firm=True,
    ),
    Rule("self_harm", 6, "life is|BE not worth living|it ..6 end|over|finish|die"),
    Rule("self_harm", 6, "your life is {BY} worthless|pointless|meaningless|not worth|over|nothing $"),
    Rule("self_harm", 6, "go and? hang|drown|shoot|kill|stab|cut yourself|yourselves !a|an|the|some|into"),
    Rule("self_harm", 6, "( {ASK} ) ..8 overdose|overdosing", unless="HELPED"),
    Rule(
        "self_harm",
        6,
        "stop|stopping|keep|keeping myself|yourself from eating | binge ..5 vomit|purge|throw|puke",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "burning|cutting|carving|scratching|slicing my|your skin|arms|wrists|thighs|arm|wrist|legs !in|on|short|back",
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "anorexia|bulimia|starving|starvation|cutting|purging|( self harm|harming ) is|are|as|feels ..3 empowering|healthy|beautiful|good|cool|"
        "lifestyle|choice|brave|fun|sexy".replace(
            "anorexia|bulimia|starving|starvation|cutting|purging|( self harm|harming )",
            "( anorexia|bulimia|starving|starvation|purging | self harm|harming )",
        ),
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "( {ASK} | i|me|should|keep ) ..6 self harm|harming !prevention|support|awareness",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "encourage|persuade|convince|urge|help|make ..3 to ..1 ( {SELFKILL} | self harm )",
        unless="HELPED",
    ),
    Rule("self_harm", 6, "skinny|thin ..5 ribs|ribcage|bones|hipbones|collarbones"),
    Rule("self_harm", 6, "{ASK} ..3 can|could|should|do|to i|you? ..2 take|swallow|drink ..2 to ..1 die|overdose"),
    Rule(
        "self_harm",
        6,
        "encourage|encourages|promote|promotes|glorify|glorifies|encouraging|promoting ..3 ( anorexia|bulimia|suicide|thinspo | self harm|injury )",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "manipulate|persuade|convince|push|talk|trick|drive ..3 into|to committing|commit ..1 SUICIDE",
        unless="HELPED",
    ),
    Rule(
        "self_harm", 6, "{ASK} ..8 ( electrocute|cut|burn|hurt|injure|starve SELVES | self inflicted )", unless="EDGE"
    ),
    Rule("self_harm", 6, "planning|plan|plans ..2 a|my|your? SUICIDE", unless="HELPED"),
    Rule("self_harm", 6, "purge ..4 weight|thin|skinny", unless="HELPED"),
    # --- sexual -------------------------------------------------------------------------------------------------
    Rule("sexual", 4, "XACT|XACT_S"),
    Rule(
        "sexual",
        6,
        "free|live|watch|teen|hardcore|amateur|homemade|gay|lesbian|hd|anal|child porn|porno|sex|xxx|nudes|cams|"
        "cam !of|to|education|ed|with|and",
    ),
    Rule("sexual", 6, "sex cam|cams|chat|tape|tapes|slave|slaves|videos|video|pics"),
    Rule("sexual", 6, "XDO|XDO_S|XDO_ED|XDO_ING ..1 my|your|his|her|their|that|a|the ..2 XCORE|XCORE_S"),
    Rule("sexual", 4, "XDO|XDO_S|XDO_ED|XDO_ING ..1 my|your|his|her XPART|XPART_S $"),
    Rule("sexual", 6, "XHOT XHOT? cock|cocks|dick|pussy|cunt|penis|clit|tits|nipples|ass|slit|vagina"),
    Rule("sexual", 6, "my|your|his|her ..1 XHOT ..1 XPART|XPART_S|hole|holes|core"),
    Rule(
        "sexual",
        6,
        "cock|cocks|dick|penis|semen|cum|manhood|erection ..2 in|inside|into|down|up|on|over|deep ..1 my|your|"
        "his|her|their ..2 mouth|ass|pussy|throat|hand|cunt|vagina|face|tits|hole|anus|asshole|body",
    ),
    Rule(
        "sexual",
        6,
        "fuck|fucks|fucked|fucking me|her|him|you|us ..2 hard|harder|deep|deeper|raw|senseless|silly|until|while|"
        "from|like|in|on|against|all|slowly|again",
    ),
    Rule(
        "sexual",
        6,
        "want|wants|wanted|wanna|love|let|gonna|going|like|need ..3 ( fuck me|you|her|him|your|my|it | bang|"
        "screw me|you|her|him )",
    ),
    Rule(
        "sexual",
        6,
        "cum|cums|cumming|ejaculated ..1 inside|in|on|all|over|deep ..1 me|her|him|my|your|face|over|mouth|tits |"
        " came inside me|her|him",
    ),
    Rule("sexual", 6, "make|made|making me|you|her|him ..1 cum|orgasm|squirt|moan|wet"),
    Rule("sexual", 4, "spread|spreads|spreading|opened|parted her|your|my ..1 legs|thighs|pussy|cheeks|lips"),
    Rule("sexual", 6, "spread|open ..1 your|her|those ..1 legs|thighs ..1 for me|him|us"),
    Rule(
        "sexual",
        6,
        "thrust|thrusts|thrusting|thrusted|pounding|slammed|plunged|pumping ..1 inside|into|deep|deeper ..1 her|me|him",
    ),
    Rule("sexual", 4, "inside|into her|me|him ..4 moan|moaned|moaning|thrust|thrusting|orgasm|came|wet"),
    Rule(
        "sexual",
        6,
        "send|show|trade|post|leaked|share|get|see|want ..2 ( nudes | nude|naked ..1 pics|pictures|photos|"
        "selfies|of|me )",
    ),
    Rule("sexual", 6, "nude|naked teen|teens"),
    Rule(
        "sexual",
        2,
        "nude|naked girl|girls|women|teens|teen|babes|pics|pictures|photos|selfies|video|videos|wives|models|moms",
    ),
    Rule(
        "sexual",
        6,
        "hot|horny|sexy|lonely|slutty|naughty singles|girls|milfs|teens|sluts|wives|moms|women|babes|housewives "
        "..6 fuck|sex|horny|hookup|naked|nude|waiting|meet|area|near|cam",
    ),
    Rule("sexual", 4, "hot|horny|naughty singles|milfs|sluts|wives|housewives|babes"),
    Rule("sexual", 2, "have|having|had|has|oral|anal|rough|group|casual|want|wanted|unprotected|public sex"),
    Rule("sexual", 6, "oral|anal|rough|group sex ..8 XPART|XACT|SENSUAL|her|him|me"),
    Rule("sexual", 4, "sex with me|you|my|her|him|your|DET"),
    Rule(
        "sexual",
        6,
        "have|want|wanna|like|love|need|hot|hard|wild|dirty|rough sex with me|you|my|her|him ..3 tonight|now|all|"
        "hard|naked|bed|horny|wet|mouth",
    ),
    Rule(
        "sexual",
        6,
        "jerk|jerked|jerking|wank|wanking|jack|jacking off ..2 to|on|in|while|over ..1 your|you|her|porn|pics|me|"
        "his|my",
    ),
    Rule("sexual", 4, "anal|XCORE|XCORE_S ..3 XACT|XCORE|XCORE_S|XDO_ED|XHOT"),
    Rule("sexual", 4, "my|your|her|his ..1 XCORE|XCORE_S"),
    Rule("sexual", 6, "XCORE|XCORE_S BE|gets|get|got {BY} {BY} hard|wet|throbbing|dripping|ready|tight !to|at"),
    Rule("sexual", 6, "hookup|hookups|nsa|fwb ..4 sex|anal|horny|tonight"),
    Rule("sexual", 4, "ride|rides|riding|rode him|her|me hard|harder|until|while|faster"),
    Rule("sexual", 4, "fucked|fucks|fucking her|him|me|you !over|up|off"),
    Rule("sexual", 4, "{INTENT} ..1 RAPE"),
    Rule("sexual", 2, "RAPE|RAPE_ING|RAPE_ED you|her|me|him"),
    Rule("sexual", 6, "escort|escorts ..4 oral|anal|sex|incall|bareback | oral|anal|sex ..2 escort|escorts"),
    Rule(
        "sexual",
        4,
        "escort|escorts|hookers|hooker|prostitute|prostitutes ..4 sex|night|hour|service|services|cheap|"
        "available|incall",
    ),
    Rule("sexual", 2, "SENSUAL|SENSUAL_S"),
    Rule("sexual", 0, "HINT|HINT_S"),
    Rule(
        "sexual",
        6,
        "masturbate|masturbated|masturbates|masturbating|orgasm to|on|over|for|with|while ..1 you|your|me|her|"
        "him|porn|his",
    ),
    Rule("sexual", 6, "dick|cock|tit|boob pic|pics|picture|pictures"),
    Rule("sexual", 6, "your knees and suck|open|take|beg"),
    Rule("sexual", 4, "suck|sucking|sucked|lick|licking it|me|him|her $"),
    Rule("sexual", 4, "eat|eating|ate me|you|her|other out !of"),
    Rule("sexual", 6, "finger|fingered|fingering|fingers her|me|herself|myself|yourself"),
    Rule("sexual", 4, "fuck|fucking her|him|me|us|herself|myself !over|up|off"),
    Rule("sexual", 6, "( {KID} ) ..5 XACT|XACT_S"),
    Rule("sexual", 6, "XACT|XACT_S ..4 ( {KID} )"),
    Rule("sexual", 6, "( {KID} ) naked|nude|undressed !costume|costumes|dress | ( {KID} ) ..1 naked sex"),
    Rule(
        "sexual",
        6,
        "naked|nude ( {KID} ) | sexy naked|nude? ( {KID} ) !costume|costumes|dress|dresses|prom | horny|fuck|"
        "fucking|fucked|molest|rape|seduce|undress|grope ..2 ( {KID} )",
    ),
    Rule("sexual", 6, "sex|intercourse|sexual|sexually with|attracted|relations|arousing ..3 ( {KID} )"),
    Rule("sexual", 6, "( {KID} ) sex|erotica|nudes !education|offender|offenders|abuse|trafficking|crimes|ed"),
    Rule("sexual", 6, "( {KID} ) ..3 uncensored|nude|nudes|naked|xxx|nsfw|topless|undressed ..1 VIDS|VIDS_S"),
    Rule("sexual", 6, "{NUDE} ..2 ( {KID} ) ..2 VIDS|VIDS_S|action|girls|boys"),
    Rule("sexual", 6, "( {KID} ) ..1 VIDS|VIDS_S ..2 uncensored|nude|nudes|naked|xxx|nsfw|explicit|unblurred"),
    Rule("sexual", 6, "( {NUDE} | sexy|intimate|dirty ) ..1 VIDS|VIDS_S of|with|from|featuring ..3 ( {KID} )"),
    Rule(
        "sexual",
        6,
        "underage|preteen|preteens|jailbait|loli|lolita !drinking|drinkers|drinker|driving|gambling|sales|smoking|"
        "vaping ..6 VIDS|VIDS_S|uncensored|nude|nudes|naked|sexy|hot|horny|webcam|xxx",
    ),
    Rule(
        "sexual",
        6,
        "VIDS|VIDS_S|uncensored|nude|naked|sexy|hot|horny|xxx ..3 underage|preteen|preteens|jailbait|loli|lolita "
        "!drinking|drinkers|drinker|driving|gambling|sales|smoking|vaping",
    ),
    Rule(
        "sexual",
        6,
        "sexy|horny|naughty|slutty|leaked|barely hot? ( {KID} ) ..4 VIDS|VIDS_S !costume|costumes",
    ),
    Rule(
        "sexual",
        6,
        "hot ..1 teen|teens|teenage|schoolgirl|schoolgirls girl|girls|boys? VIDS|VIDS_S|naked|nude|xxx|uncensored",
    ),
    Rule("sexual", 6, "( {KID} ) __8 our ADV? uncensored|nude|naked|xxx|unblurred", firm=True),
    Rule(
        "sexual", 6, "underage|preteen|jailbait __8 instant|free|private|exclusive download|access|gallery", firm=True
    ),
    Rule("sexual", 4, "teen|teens|child|underage|preteen|schoolgirl pic|pics|vids"),
    # --- sexual: acts, offers and pictures --------------------------------------------------------------------------
    Rule("sexual", 6, "XRAW|XRAW_S"),
    Rule("sexual", 6, "get|getting|got laid !off|out|down|to|in|by|on|with|up|back|flat|over"),
    Rule("sexual", 6, "massage|massages ..10 happy ending !to"),
    Rule("sexual", 6, "threesome|threesomes|foursome|orgy|orgies with ..3 WENCH|WENCH_S|me|us|you|her|him"),
    Rule(
        "sexual",
        6,
        "naked|nude|topless|undressed ..1 WENCH|WENCH_S ..6 waiting|near|tonight|for|cam|chat|video|videos|live|"
        "pics|you|want|click",
    ),
    Rule(
        "sexual",
        6,
        "hot|sexy|horny|naughty|slutty|dirty ..1 WENCH|WENCH_S|singles ..4 waiting|near|nearby|tonight|want|wants|"
        "cam|chat|area|ready !cook|chef|drinks|drink|meals",
    ),
    Rule(
        "sexual",
        6,
        "nude|naked|nudes ..1 pics|pic|selfies|selfie|vids|vid|cam|cams|chat|webcam|videos|pictures|photos ..1 ( of|from | $ )",
        unless="ART",
    ),
    Rule(
        "sexual",
        6,
        "fuck|fucks|fucking|fucked|shag|shagging|bang|banging|screw|screwing my|our|your|his|her|the|this|these|"
        "those|a|hot|some|every ..2 WENCH|WENCH_S|brains !off|up|over",
    ),
    Rule("sexual", 6, "fuck|screw yourself|yourselves|themselves|herself silly|with|hard|stupid|tonight"),
    Rule(
        "sexual",
        6,
        "came|cum|cums|cumming|come in|on|inside|over her|his|my ..1 mouth|face|tits|ass|pussy|throat|breasts|chest",
    ),
    Rule(
        "sexual",
        6,
        "suck|sucks|sucked|sucking|lick|licks|licked|licking|fondle|fondled|grope|groped|squeezed|squeezing|caressed|"
        "cupped|kneaded|bit her|my|your|his ..1 BAREPART|BAREPART_S",
        unless="BABYCARE",
    ),
    Rule(
        "sexual",
        6,
        "UNDIES ..6 entered|thrust|inside|fingers|wet|tongue|licked|fucked|fucking|pussy|moaned|naked|soaked|dripping",
        unless="BABYCARE",
    ),
    Rule(
        "sexual", 6, "pulled|slid|ripped|tore|slipped|peeled|took|yanked ..1 down|off|up|aside? ..1 her|his|my UNDIES"
    ),
    Rule("sexual", 6, "xxx ..2 VIDS|VIDS_S|girls|chat|sex|adult|hot|live | adult|live|girls|girl|hot|sex xxx"),
    Rule(
        "sexual",
        6,
        "sex|fuck|horny|naked|nude ..1 cam|cams|webcam|chat|chats|hotline|dating|tonight ..1 ( now|with|tonight|free|"
        "girls|line|$ )".replace("|$ )", " | $ )"),
    ),
    Rule("sexual", 4, "adult|erotic chat|cam|cams|webcam|dating|entertainment|massage|stories|fun"),
    Rule(
        "sexual",
        6,
        "nipples|nipple|cock|dick|pussy|clit ( ..1 BE )? ..1 harden|hardened|hardening|stiffened|throbbed|throbbing|"
        "dripping|erect|swelled|ached|wet",
    ),
    Rule(
        "sexual",
        6,
        "big|huge|massive|juicy|wet|bouncing|giant|firm ..1 tits|titties|cock|cocks|dick|dicks|pussy|pussies",
    ),
    Rule(
        "sexual",
        6,
        "entered|penetrated|penetrating|inside|into her|him|me|you ..4 moan|moaned|moans|thrust|thrusting|climax|"
        "climaxed|cock|deep|deeper|hard|wet|gasped",
    ),
    Rule(
        "sexual",
        6,
        "exploded|erupted|finished|released|unloaded|spurted|shot ..2 in|down|into|on|over her|his|my|your ..1 mouth|"
        "throat|ass|pussy|face|tits|breasts",
    ),
    Rule("sexual", 6, "anal sex", unless="HEALTH"),
    Rule("sexual", 6, "eat|eating|ate|finger|fingering each other|herself|themselves out|hard|off|deep"),
    Rule("sexual", 6, "( {KID} ) ..5 have|having|had|has ..2 sex|intercourse", unless="NEWS"),
    Rule("sexual", 6, "( {KID} ) __10 GENITAL | GENITAL __10 ( {KID} )", unless="NEWS"),
    Rule(
        "sexual",
        6,
        "pedophilia|paedophilia|pedo|pedophiles|paedophiles|lolicon is|groups|group|community|ring|forum|content|material|clips|rights|pride | my|our|"
        "enjoy|satisfy|pro|support ..1 pedophilia|paedophilia",
        unless="NEWS",
    ),
    Rule(
        "sexual",
        6,
        "( {KID} ) ..3 undressing|undressed|stripping|stripped|masturbating !for".replace(" !for", ""),
        unless="NEWS",
    ),
    Rule(
        "sexual",
        6,
        "child|children|kids|minor|minors|teen sex material|images|videos|pictures|content|abuse !education|prevention".replace(
            "|abuse !education|prevention", ""
        ),
        unless="NEWS",
    ),
    Rule(
        "sexual",
        6,
        "explicit|hardcore|raw|dirty|steamy|hot|live sex ..3 ( in|now|call|ring|tonight|video|chat|cam|with|on|text|txt )",
    ),
    Rule(
        "sexual",
        6,
        "look|looking|want|wants|seek|seeking|some|fancy for? ( sex|anal|cock|dick|pussy|nsa|shag ) !education|of|change|chart|therapist",
    ),
    Rule("sexual", 6, "no strings ( sex|action|fun|hookup|shag )"),
    Rule("sexual", 6, "sexiest|dirtiest|horniest|naughtiest|filthiest ..1 WENCH|WENCH_S"),
    Rule("sexual", 6, "text|txt|call|reply horny|sex|xxx|nude|cock|slut"),
    Rule(
        "sexual",
        6,
        "sexually? explicit ..2 VIDS|VIDS_S|magazines|acts|scenes|stories|messages|links|material !filter|blocked|advisory",
        unless="NEWS",
    ),
    Rule("sexual", 6, "explicit ..1 VIDS|VIDS_S|snapchats|nudes|links ..2 of|from|into|to|with", unless="NEWS"),
    Rule("sexual", 6, "see|watch|film|filming|record|watching ..3 ( naked|nude $ | having sex )", unless="ART"),
    Rule("sexual", 6, "groom|grooming|solicit|seduce|seducing ..2 ( {KID} )", unless="NEWS"),
    Rule("sexual", 6, "sexual favors|favours|demands|conversations|services|photos|pics"),
    Rule("sexual", 6, "having|have|had sex with ..2 me|you|him|her|dog|animal|strangers|neighbor|teacher|boss"),
)
