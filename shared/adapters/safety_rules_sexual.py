"""The rules of the local safety screen for sexual content: acts, offers, pictures, and minors. Data only.

The classes are those of ``shared.adapters.safety_lexicon``, the language that of ``shared.adapters.safety_patterns``.
"""

from typing import Final

from shared.adapters.safety_patterns import Rule

SEXUAL: Final[tuple[Rule, ...]] = (
    # --- sexual -------------------------------------------------------------------------------------------------------
    Rule("sexual", 6, "take|takes|taking|took|have|had|do you|me|him|her from behind !the|a|an|our|your|my|this|that"),
    Rule("sexual", 6, "moan|moaning|scream|beg with|in|for pleasure|more", unless="HEALTH"),
    Rule(
        "sexual",
        6,
        "rub|stroke|lick|kiss|touch|caress|massage your|my|his|her ..1 bare|naked|nude ..1 body|skin|flesh|chest",
    ),
    Rule("sexual", 4, "XACT|XACT_S"),
    Rule("sexual", 6, "XOVERT|XOVERT_S !of|goat", unless="HEALTH"),
    Rule(
        "sexual",
        6,
        "free|live|watch|teen|hardcore|amateur|homemade|gay|lesbian|hd|anal|child porn|porno|sex|xxx|nudes|cams|cam "
        "!of|to|education|ed|with|and",
    ),
    Rule("sexual", 6, "sex cam|cams|chat|tape|tapes|slave|slaves|videos|video|pics"),
    Rule("sexual", 6, "XDO|XDO_S|XDO_ED|XDO_ING ..1 my|your|his|her|their|that|a|the ..2 XCORE|XCORE_S"),
    Rule("sexual", 4, "XDO|XDO_S|XDO_ED|XDO_ING ..1 my|your|his|her XPART|XPART_S $"),
    Rule("sexual", 6, "XHOT XHOT? cock|cocks|dick|pussy|cunt|penis|clit|tits|nipples|ass|slit|vagina"),
    Rule("sexual", 6, "my|your|his|her ..1 XHOT ..1 XPART|XPART_S|hole|holes|core"),
    Rule(
        "sexual",
        6,
        "cock|cocks|dick|penis|semen|cum|manhood|erection ..2 in|inside|into|down|up|on|over|deep ..1 my|your|his|"
        "her|their ..2 mouth|ass|pussy|throat|hand|cunt|vagina|face|tits|hole|anus|asshole|body",
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
        "want|wants|wanted|wanna|love|let|gonna|going|like|need ..3 ( fuck me|you|her|him|your|my|it | bang|screw me|"
        "you|her|him )",
    ),
    Rule(
        "sexual",
        6,
        "cum|cums|cumming|ejaculated ..1 inside|in|on|all|over|deep ..1 me|her|him|my|your|face|over|mouth|tits | "
        "came inside me|her|him",
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
        "send|show|trade|post|leaked|share|get|see|want ..2 ( nudes | nude|naked ..1 pics|pictures|photos|selfies|of|"
        "me )",
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
        "hot|horny|sexy|lonely|slutty|naughty singles|girls|milfs|teens|sluts|wives|moms|women|babes|housewives ..6 "
        "fuck|sex|horny|hookup|naked|nude|waiting|meet|area|near|cam",
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
        "jerk|jerked|jerking|wank|wanking|jack|jacking off ..2 to|on|in|while|over ..1 your|you|her|porn|pics|me|his|"
        "my",
    ),
    Rule("sexual", 4, "anal|XCORE|XCORE_S ..3 XACT|XCORE|XCORE_S|XDO_ED|XHOT"),
    Rule("sexual", 4, "my|your|her|his ..1 XCORE|XCORE_S"),
    Rule("sexual", 6, "XCORE|XCORE_S BE|gets|get|got {BY} {BY} hard|wet|throbbing|dripping|ready|tight !to|at"),
    Rule("sexual", 6, "hookup|hookups|nsa|fwb ..4 sex|anal|horny|tonight"),
    Rule("sexual", 4, "ride|rides|riding|rode him|her|me hard|harder|until|while|faster"),
    Rule("sexual", 4, "fucked|fucks|fucking her|him|me|you !over|up|off"),
    Rule("sexual", 6, "{INTENT} ..1 RAPE"),
    Rule("sexual", 2, "RAPE|RAPE_ING|RAPE_ED you|her|me|him"),
    Rule("sexual", 6, "escort|escorts ..4 oral|anal|sex|incall|bareback | oral|anal|sex ..2 escort|escorts"),
    Rule(
        "sexual",
        4,
        "escort|escorts|hookers|hooker|prostitute|prostitutes ..4 sex|night|hour|service|services|cheap|available|"
        "incall",
    ),
    Rule("sexual", 2, "SENSUAL|SENSUAL_S"),
    Rule("sexual", 0, "HINT|HINT_S"),
    Rule(
        "sexual",
        6,
        "masturbate|masturbated|masturbates|masturbating|orgasm to|on|over|for|with|while ..1 you|your|me|her|him|"
        "porn|his",
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
        "naked|nude ( {KID} ) | sexy naked|nude? ( {KID} ) !costume|costumes|dress|dresses|prom | horny|fuck|fucking|"
        "fucked|molest|rape|seduce|undress|grope ..2 ( {KID} )",
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
    Rule("sexual", 6, "sexy|horny|naughty|slutty|leaked|barely hot? ( {KID} ) ..4 VIDS|VIDS_S !costume|costumes"),
    Rule(
        "sexual",
        6,
        "hot ..1 teen|teens|teenage|schoolgirl|schoolgirls girl|girls|boys? VIDS|VIDS_S|naked|nude|xxx|uncensored",
    ),
    Rule("sexual", 6, "( {KID} ) __8 our ADV? uncensored|nude|naked|xxx|unblurred", firm=True),
    Rule(
        "sexual",
        6,
        "underage|preteen|jailbait __8 instant|free|private|exclusive download|access|gallery",
        firm=True,
    ),
    Rule("sexual", 4, "teen|teens|child|underage|preteen|schoolgirl pic|pics|vids"),
    # --- sexual: acts, offers and pictures ----------------------------------------------------------------------------
    Rule("sexual", 6, "XRAW|XRAW_S"),
    Rule("sexual", 6, "get|getting|got laid !off|out|down|to|in|by|on|with|up|back|flat|over"),
    Rule("sexual", 6, "massage|massages ..10 happy ending !to"),
    Rule("sexual", 6, "threesome|threesomes|foursome|orgy|orgies with ..3 WENCH|WENCH_S|me|us|you|her|him"),
    Rule(
        "sexual",
        6,
        "naked|nude|topless|undressed ..1 WENCH|WENCH_S ..6 waiting|near|tonight|for|cam|chat|video|videos|live|pics|"
        "you|want|click",
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
        "nude|naked|nudes ..1 pics|pic|selfies|selfie|vids|vid|cam|cams|chat|webcam|videos|pictures|photos ..1 ( of|"
        "from | $ )",
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
        "sexual",
        6,
        "pulled|slid|ripped|tore|slipped|peeled|took|yanked ..1 down|off|up|aside? ..1 her|his|my UNDIES",
    ),
    Rule("sexual", 6, "xxx ..2 VIDS|VIDS_S|girls|chat|sex|adult|hot|live | adult|live|girls|girl|hot|sex xxx"),
    Rule(
        "sexual",
        6,
        "sex|fuck|horny|naked|nude ..1 cam|cams|webcam|chat|chats|hotline|dating|tonight ..1 ( now|with|tonight|free|"
        "girls|line | $ )",
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
        "pedophilia|paedophilia|pedo|pedophiles|paedophiles|lolicon is|groups|group|community|ring|forum|content|"
        "material|clips|rights|pride | my|our|enjoy|satisfy|pro|support ..1 pedophilia|paedophilia",
        unless="NEWS",
    ),
    Rule("sexual", 6, "( {KID} ) ..3 undressing|undressed|stripping|stripped|masturbating", unless="NEWS"),
    Rule(
        "sexual",
        6,
        "child|children|kids|minor|minors|teen sex material|images|videos|pictures|content",
        unless="NEWS",
    ),
    Rule(
        "sexual",
        6,
        "explicit|hardcore|raw|dirty|steamy|hot|live sex ..3 ( in|now|call|ring|tonight|video|chat|cam|with|on|text|"
        "txt )",
    ),
    Rule(
        "sexual",
        6,
        "look|looking|want|wants|seek|seeking|some|fancy for? explicit|hot|dirty|live|free? ( sex|anal|cock|dick|"
        "pussy|nsa|shag ) !education|of|"
        "change|chart|therapist",
    ),
    Rule("sexual", 6, "no strings ( sex|action|fun|hookup|shag )"),
    Rule("sexual", 6, "sexiest|dirtiest|horniest|naughtiest|filthiest ..1 WENCH|WENCH_S"),
    Rule("sexual", 6, "text|txt|call|reply horny|sex|xxx|nude|cock|slut"),
    Rule(
        "sexual",
        6,
        "sexually? explicit ..2 VIDS|VIDS_S|magazines|acts|scenes|stories|messages|links|material !filter|blocked|"
        "advisory",
        unless="NEWS",
    ),
    Rule("sexual", 6, "explicit ..1 VIDS|VIDS_S|snapchats|nudes|links ..2 of|from|into|to|with", unless="NEWS"),
    Rule("sexual", 6, "see|watch|film|filming|record|watching ..3 ( naked|nude $ | having sex )", unless="ART"),
    Rule("sexual", 6, "groom|grooming|solicit|seduce|seducing ..2 ( {KID} )", unless="NEWS"),
    Rule("sexual", 6, "sexual favors|favours|demands|conversations|services|photos|pics"),
    Rule("sexual", 6, "having|have|had sex with ..2 me|you|him|her|dog|animal|strangers|neighbor|teacher|boss"),
    # --- sexual: overt on its face ------------------------------------------------------------------------------------
    Rule("sexual", 6, "XDO|XDO_S|XDO_ED|XDO_ING ..1 my|your|his|her ..1 XFLESH $", unless="BABYCARE"),
    Rule("sexual", 6, "XTOUCH my|your|his|her ..1 ( XDARE|XFLESH | dick|balls )", unless="INTIMATE"),
    Rule(
        "sexual",
        6,
        "my|her|his|your ..1 cock|cocks|pussy|clit|tits|titties|hardon|boner|erection|cum !crows|crowed|hat|hats|"
        "willow|crow",
    ),
    Rule("sexual", 6, "anal|XDARE ..3 XACT|XDARE|XDO_ED|XHOT", unless="INTIMATE"),
    Rule("sexual", 6, "spread|spreads|spreading|parted|opened her ..1 legs|thighs|cheeks", unless="HEALTH"),
    Rule(
        "sexual",
        6,
        "spread|open your ..1 legs|thighs ..3 ( baby|wide|beg|moan | let|take ..1 me|him|us )",
        unless="HARMLESS",
    ),
    Rule("sexual", 6, "inside|into her|me|him ..4 moan|moaned|moaning|thrusting|orgasm"),
    Rule("sexual", 6, "nude|naked ..1 girls|babes|wives|moms|singles|housewives", unless="ART"),
    Rule(
        "sexual", 6, "get|getting|go|be|come naked ( for|with ..1 me|us|you|him|her|our | $ tonight|now )", unless="ART"
    ),
    Rule("sexual", 6, "strip|undress|stripping|undressing ( off|naked )? for ..1 me|us|you|him|her|our", unless="ART"),
    Rule(
        "sexual",
        6,
        "sleep|sleeping|slept with ( me|us|him|her|strangers | {FEW} ..1 WENCH|WENCH_S|boss|neighbour|neighbor|"
        "teacher|staff|models )",
        unless="BABYCARE",
    ),
    Rule(
        "sexual",
        6,
        "sex with ( me|us|you|him|her|strangers|anyone|everyone | {FEW} ..2 ( WENCH|WENCH_S|staff | {PERSON} ) )",
        unless="HEALTH",
    ),
    Rule("sexual", 6, "free|hot|great|wild|cheap|paid|kinky|instant|dirty ..1 sex !SEXED|toys|toy|on|of|scenes|scene"),
    Rule(
        "sexual",
        6,
        "sex tonight|now|included|guaranteed | sex for ..1 money|cash|free|sale|points|pay",
        unless="HEALTH",
    ),
    Rule("sexual", 6, "have|having|had ..1 sex on|in|tonight|now|while|all|against|like|until|again", unless="HEALTH"),
    Rule(
        "sexual",
        6,
        "( ^ | want|wants|wanna|need|needs|come ..2 ) ( to? have )? ..1 sex !SEXED|of|and|discrimination|on|in|the $",
        unless="HEALTH",
    ),
    Rule("sexual", 6, "( get|gets|getting|got|feel|feels|so|sexually|are|am|was ..1 ) aroused !by|suspicion|curiosity"),
    Rule(
        "sexual",
        6,
        "arouse|arouses|aroused|arousing me|you|him|her|your|his | sexual|sexually ..1 arousal|arousing|aroused|"
        "gratification",
        unless="HEALTH",
    ),
    Rule(
        "sexual",
        6,
        "bring|brings|brought|make|makes|made me|you|her|him|your|them ..2 ( to|reach )? ..1 climax|orgasm|climaxed",
    ),
    Rule(
        "sexual",
        6,
        "reach|reaches|reached|have|has|had ..2 ( multiple|mind|screaming|intense )? orgasm|orgasms",
        unless="HEALTH",
    ),
    Rule("sexual", 6, "fucked|fucks|fucking her|him|you $ !over|up|off|around|about"),
    Rule(
        "sexual",
        6,
        "hookers|hooker|prostitutes|prostitute ..4 available|cheap|tonight|incall|night|hour|service|services|sex|free",
        unless="NEWS",
    ),
    Rule("sexual", 6, "escort|escorts ..4 incall|sexy|hot|sex", unless="NEWS"),
    Rule(
        "sexual",
        6,
        "suck|sucking|sucked|lick|licking|licked me|him|her ( off|dry|hard|until|slowly|clean|all | $ !in|into|up )",
    ),
    Rule("sexual", 6, "eat|eating|ate me|you|her out $ !of|at"),
    Rule("sexual", 6, "adult|erotic|dirty|sexy chat|cam|cams|webcam|webcams|hotline"),
    Rule(
        "sexual",
        6,
        "sexual need|needs|fantasy|fantasies|desire|desires|pleasure|pleasures|encounter|encounters|partner|partners|"
        "adventure",
        unless="HEALTH",
    ),
    Rule("sexual", 6, "sexy|topless|steamy hot? pic|pics|vid|vids|nudes|snaps", unless="NEWS"),
    Rule("sexual", 6, "virgins|virgin ..6 waiting|ready|want|wants|tonight|sex", unless="HEALTH"),
    Rule(
        "sexual",
        6,
        "make|making|made love to|with ( me|us|you|him|her | {FEW} ..1 WENCH|WENCH_S | {FEW} ..1 {PERSON} )",
    ),
    Rule(
        "sexual",
        6,
        "lap dance|dances|dancer|dancers | strippers|stripper ..4 waiting|tonight|included|free|hire",
        unless="NEWS",
    ),
    Rule("sexual", 6, "blow|hand|rim|boob|tit job|jobs $"),
    Rule(
        "sexual",
        6,
        "send|sends|sending|sent|trade|swap|post|share ..2 ( your|my|her|some|hot|more|dirty|us|me ..2 )? nudes $",
    ),
    Rule("sexual", 6, "threesome|threesomes|foursome", unless="CONTEST"),
    Rule("sexual", 6, "moan|moaned|moaning|gasped|groaned ..6 inside|into|entered her|me|him"),
    Rule("sexual", 6, "WENCH|WENCH_S ..2 WILL {BY} ride|pleasure|satisfy|suck|undress|seduce|tease you"),
    Rule("sexual", 6, "touch|touching yourself ( while|as|for|tonight|and|until | $ !with|on|in )", unless="HEALTH"),
    Rule("sexual", 6, "hot|sexy|horny ..1 naked|nude ..1 WENCH|WENCH_S", unless="ART"),
    Rule("sexual", 6, "spread|open your ..1 legs|thighs for {FEW} ..1 ( {PERSON} )", unless="HARMLESS"),
)
