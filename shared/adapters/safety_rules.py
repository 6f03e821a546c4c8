"""What the local safety screen reads around a hit: harmless turns of phrase, counter-speech, contexts. Data only.

It brings together the rules of the four categories. All are patterns over the classes of
``shared.adapters.safety_lexicon``, in the language of ``shared.adapters.safety_patterns``; ``safety_local`` reads them.
"""

from typing import Final

from shared.adapters.safety_patterns import Rule
from shared.adapters.safety_rules_hate import HATE
from shared.adapters.safety_rules_self_harm import SELF_HARM
from shared.adapters.safety_rules_sexual import SEXUAL
from shared.adapters.safety_rules_violence import VIOLENCE

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
    "drown|drowning yourself|yourselves in !the|a|your|my|river|bath|lake|sea|bleach",
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
    "gut feeling|feelings",
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
    "SPOKE": "<!i|we|our|us|always SPOKE",
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
    "HELPED": "HELP|parents|carers|teachers|schools|never|danger|dangers|doctor|emergency|accidentally|mistake|"
    "recovery|warning|recovering",
    "ART": "museum|exhibition|gallery|art|artist|painting|paintings|sculpture|drawing|drawings|leaked|police|arrested",
    "BABYCARE": "BABYCARE",
    "HEALTH": "infection|infections|condom|condoms|sti|stis|hiv|doctor|clinic|risk|education|health|cancer",
    "INTIMATE": "BABYCARE|infection|condom|condoms|sti|hiv|doctor|clinic|education|health|cancer|surgery|hens|rooster",
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

RULES: Final[tuple[Rule, ...]] = (*HATE, *VIOLENCE, *SELF_HARM, *SEXUAL)
