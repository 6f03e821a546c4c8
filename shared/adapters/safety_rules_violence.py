"""The rules of the local safety screen for violence: threats, orders, advice and what is shown of it. Data only.

The classes are those of ``shared.adapters.safety_lexicon``, the language that of ``shared.adapters.safety_patterns``.
"""

from typing import Final

from shared.adapters.safety_patterns import Rule

VIOLENCE: Final[tuple[Rule, ...]] = (
    # --- violence -----------------------------------------------------------------------------------------------------
    Rule(
        "violence",
        6,
        "<!not|never|to|would|will|could|can|might|may|did|does|i|he|she|they|we|who|that|which|without|than|nearly|"
        "almost|what|it|this DEADLY your ..1 {PERSON} {DOOM}",
        firm=True,
        unless="SCENE",
    ),
    Rule("violence", 6, "( ^ | LEAD ) {BY} DEADLY {FEW} ..1 {PERSON} {DOOM}", firm=True, unless="SCENE"),
    Rule("violence", 6, "^ {BY} DEADLY HUMAN_S|FOLK_S|children|people|women|everyone|them {DONE}", unless="SCENE"),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) DEADLY|BASH|shoot {FEW} ..1 {PERSON} in|on|over|through|with ..1 ( the|your|his|her|their )? "
        "..1 HEAD|HEAD|chest|heart|stomach|belly|gut|belt|stick|hammer|knife|bat|gun|axe|brick|fists|fist|crowbar|"
        "pipe|chain",
        firm=True,
        unless="SCENE",
    ),
    Rule("violence", 6, "( ^ | LEAD ) {BY} BASH {FEW} ..1 {PERSON} {DONE}", firm=True, unless="CONTEST"),
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
    Rule("violence", 6, "or else? your|the|his|her|their ..1 {PERSON} ( {HURTS} )", firm=True, unless="CONTEST"),
    Rule("violence", 6, "unless|otherwise ..8 your ..1 {PERSON} ( {HURTS} )", firm=True, unless="SCENE"),
    Rule("violence", 6, "or else? you|they|he|she ( WILL ..1 be|get | get|gets|are|is ) {BY} HARMED", unless="SCENE"),
    Rule("violence", 6, "or ..2 someone|somebody gets|dies ( hurt|HARMED )? $", unless="SCENE"),
    Rule(
        "violence",
        6,
        "<!no|not|some|many|hundreds|thousands|of ( {PERSON} | {ETHNIC} ) ( ..5 who|that ..5 | ..3 ) WILL|going|"
        "gonna to? be|get {BY} HARMED ( on sight | !to|in|at|for|with|on|over|up|down|full )",
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
        "WEAPON|WEAPON_S|BLADE|BLADE_S ..2 to|into|in|inside|at ..2 CROWD|CROWD_S ..6 ( make ..1 them|him|her|"
        "everyone|people ..1 pay|suffer|bleed|scream|regret | KILL|shoot|stab ..2 them|him|her|everyone|people|all | "
        "open fire | get ..1 revenge | teach them ..1 lesson )",
        unless="NEWS",
    ),
    Rule("violence", 6, "( ^ | LEAD ) open fire on|in|at|into ..2 ( {PERSON} | CROWD|CROWD_S )", unless="SCENE"),
    Rule(
        "violence",
        6,
        "( ^ | LEAD ) {BY} drive|plough|plow|ram ..2 car|van|truck|lorry|bus into ..2 ( {PERSON} | crowd|crowds|"
        "parade !free )",
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
    Rule("violence", 6, "{INTENT} ..1 KILL|RAPE {BY} DET? ..1 ( {GROUP} | HUMAN|HUMAN_S|OBSCENE|BEAST_S )", firm=True),
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
        "{INTENT} ..2 beat|kick|smash|knock|punch|bash|slap|whip|cut|slit|rip|blow|snap|break|put ..1 your|his|her|"
        "their ..2 HEAD|ass|out|throat|head|heart",
        firm=True,
    ),
    Rule("violence", 6, "{INTENT} ..1 find you|him|her|them and !your|the|a|an|all|we"),
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
    Rule("violence", 6, "( ^ | LEAD | {LETSUS} | {INTENT} ) {BY} KILL ..1 them all", firm=True, unless="TARGET"),
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
        "( {BEING} | they ) ..2 should|must|deserve|deserves|ought to? ( die | burn|hang !them|it|the|a|your|for|out|"
        "up )",
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "<!not|no|never|one|nobody|none|did|does|do deserve|deserves|deserved ..2 ( die|death !alone|from|of|because|"
        "for|in|with | torture|rape|tortured|raped )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "<!no|not|never ( {FEW} ..1 {PERSON} | FOLK_S|HUMAN_S | {MEMBER} ) ..1 should|must|ought to? be {BY} KILL_ED|"
        "RAPE_ED|HARMED|burned|burnt",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "( i|we ..1 hope|wish|pray | ^ hope|hopefully|pray|wish ) ..1 ( you | he | she | they | {BEING} ) ..3 DIE",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "( i|we ..1 hope|wish|pray | ^ hope|hopefully|pray|wish ) ..1 ( you | he | she | they | {BEING} ) ..2 get|"
        "gets|catch|are|is ..1 MISHAP",
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
    Rule("violence", 6, "slit|cut|slash|slice ..1 his|her|their ..1 throat|throats", unless="NEWS"),
    Rule(
        "violence",
        6,
        "bash|smash|cave|blow|kick|beat|rip|stab|gouge ..1 your ..1 HEAD|ass ..1 in|out|off|open|apart",
    ),
    Rule(
        "violence",
        6,
        "bash|smash|cave|blow|kick|beat|rip|gouge|bashed|smashed|blew|kicked|ripped|gouged ..1 his|her|their ..1 "
        "HEAD ..1 in|out|off|open|apart",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "how|guide|instructions|recipe|steps|tutorial|ways|way ..3 make|making|build|building|construct|assemble|"
        "detonate|create|plant ..3 bomb|bombs|explosive|explosives|grenade|molotov|ied|napalm|ricin|sarin|silencer",
        unless="THING",
    ),
    Rule("violence", 6, "how|way|ways|best to ..1 KILL|strangle|poison|RAPE ..1 ( {BEING} ) !through|with", firm=True),
    Rule("violence", 6, "pipe|nail|car|fertilizer bomb|bombs ..4 make|build|materials|ingredients|instructions"),
    Rule("violence", 6, "make|build|making|building ..1 pipe|nail|car|homemade|fertilizer bomb|bombs"),
    Rule(
        "violence",
        6,
        "( praise|hail | glory to | long live | i|we ..1 support|love|admire | join us|the ) ..1 isis|jihad|jihadis|"
        "hamas|taliban|alqaeda|hitler|nazis|kkk",
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
        "( {INTENT} | {LETSUS} | ^ ) cut|chop|hack|rip|tear|saw ..1 your|his|her|their ..1 HEAD|arms|hands|fingers|"
        "balls|dick off|apart|out",
    ),
    Rule("violence", 6, "{INTENT} ..1 cut|chop|carve|slice|hack|tear|rip you|him|her"),
    Rule("violence", 6, "i|we ..10 gun|rifle|knife|bomb|pistol|machete|axe ..6 KILL|KILL_ING|stab", unless="TARGET"),
    Rule("violence", 6, "how you|to|i|we ..1 KILL|poison|strangle ..1 your|my|his|her HUMAN|HUMAN_S"),
    Rule("violence", 6, "{LETSUS} HURT up? ..1 ( {GROUP} )"),
    Rule("violence", 6, "burn|bomb|torch|blow ..1 your ..1 PLACE ..1 down|to|up"),
    Rule("violence", 6, "put you|him|her|them in ..1 ground|grave|coffin|hospital|wheelchair|casket"),
    Rule("violence", 6, "you|he|she|they never ..1 walk|breathe|see ..1 again|daylight"),
    Rule(
        "violence",
        6,
        "string|strung them|him|her up !with|on|in|for|along|around | let them|him|her all? burn|die|hang|rot {DOOM}",
        unless="TARGET",
    ),
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
    # --- violence: how to, with what, and to whom ---------------------------------------------------------------------
    Rule("violence", 6, "{ASK} ..6 {BRUTALLY} up|off|down? ( {VICTIM} )", unless="HARMLESS"),
    Rule("violence", 6, "{ASK} ..6 {ROUGHLY} up|off|down|apart? ( {VICTIM} ) {DOOM}", unless="HARMLESS"),
    Rule("violence", 6, "{ROUGHLY} ( {VICTIM} ) {BY} with|using ..2 TOOL|TOOL_S", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "BRUTE|BRUTE_ING|ROUGH|ROUGH_ING in|off|open|up|out|away? ( SOMEBODY | {FEW} ..1 {PERSON} ) in|off? LIMB ( $ "
        "| in|off|open|with|into )",
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
        "{ASK} ..6 blow|bomb|torch|firebomb|bombing|attack|attacking|blowing up? ..2 PLACE|CROWD|base|city|building "
        "!in|with",
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
        "{ASK} ..5 push|throw|shove|pushing ..3 ( {VICTIM} ) ..2 off|under|into|in ..2 cliff|bridge|train|bus|roof|"
        "balcony|stairs|traffic|window",
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
        "( find|people|someone|somebody|targets|victims to BRUTE|shoot|shooting|rape $ )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "{ASK} ..6 hunt|hunting|track down ..1 ( {VICTIM} )", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "use|using|perfect|ideal|great|handy|made|designed|built|good|sharp|strong|try|our|this|these|want|wants|"
        "love|loves __6 to|for {BY} {BRUTALLY} up|off|down? ( {VICTIM} ) !with",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "use|using|perfect|ideal|great|handy|made|designed|built|good|sharp|strong|try __6 to|for {BY} {ROUGHLY} up|"
        "off|down? ( SOMEBODY | {FEW} ..1 {PERSON} ) {DONE}",
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
    Rule(
        "violence",
        6,
        "{INTENT} ..8 and ..1 break|snap|smash|crush|shatter|cut ..1 your|his|her|their ..1 "
        "legs|arms|kneecaps|knees|neck|fingers|ribs|jaw|nose|bones|spine|skull|teeth|face|throat",
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
        "smash|smashed|crush|crushed|caved|bash|bashed|split|slammed|cracked his|her|their|your ..1 skull|head|face|"
        "jaw ..1 in|with|against|open|until|to|on",
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
        "violence",
        6,
        "( ^ | LEAD | {INTENT} ) run|running|mow|mowing|knock over|down ( {VICTIM} )",
        unless="HARMLESS",
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
        "throw|throwing|pour|splash|chuck ..1 acid|petrol|gasoline|boiling ..2 in|on|at|over ..1 ( LIMB | him|her|"
        "them|you | {PERSON} )",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "cut|chop|hack|saw|slice|rip|tear|cutting|chopping|sawing|hacking off|up|out? ( his|her|your|their | {FEW} "
        "..1 {PERSON} ) ..1 LIMB ( $ | off|with|into )",
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
        "{INTENT} ..1 BRUTE|ROUGH ( that|those|your|his|her|their ) ..2 neck|necks|throat|throats|skull|head|face|"
        "jaw|spine|bones|ribs|teeth",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 BRUTE|RAPE {BY} ( any|every|each|that|this|a|the|another ..1 woman|girl|man|person|boy|child | "
        "DET? {MEMBER} )",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 keep|start|continue|go|be ..1 BRUTE_ING|attacking|hurting|beating|raping|punching ( you | "
        "{VICTIM} )",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "that|this|those|these|every|all ( {MEMBER} | woman|man|bitch|bastard | {GROUP} ) WILL ..1 ( die|bleed|"
        "perish | burn $ )",
        unless="SCENE",
    ),
    Rule("violence", 6, "die|death|suffer|bleed ..2 at|by my|our hands|hand"),
    Rule(
        "violence",
        6,
        "( he|she|they|you|everyone|everybody | those|these|all|every|that|this __4 ) {MUST} ..1 be {BY} KILL_ED|"
        "executed|shot|hanged|hung|lynched|stoned|beheaded|drowned|gassed|exterminated",
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "should|must|ought|deserve|deserves ..2 be ..1 burned|burnt|skinned|buried|boiled|roasted at|alive|to ..1 "
        "stake|death",
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
        "wish|hope|pray|hoping|wishing|if ..6 ( be|get|gets|were|was|had|have ) ..1 HARMED|executed|burned $ !by|"
        "with|from",
        unless="LENS",
    ),
    Rule("violence", 6, "had|have|get|gets|having ..1 throat|throats cut|slit|slashed"),
    Rule(
        "violence",
        6,
        "BRUTE_ING|RAPE_ING|ROUGH_ING ( {VICTIM} | you | FOLK_S|HUMAN_S | DET? {MEMBER} | a|any|every woman ) ( like "
        "you|him|her|them|"
        "that )? should|must|ought __2 be ..1 LEGAL",
    ),
    Rule("violence", 6, "{INTENT} ..1 end|take|ending|taking ( his|her|their|your ) life|lives !to|and|more|easier"),
    Rule(
        "violence",
        6,
        "( {INTENT} | {LETSUS} | we should|must {BY} | it WILL be ..3 to {BY} | interest to {BY} ) BRUTE|shoot|hang|"
        "stab|drown DET? ..3 FOLK|FOLK_S|HUMAN|HUMAN_S {DOOM}",
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
        "death|destruction to DET? ..1 FOLK_S|HUMAN_S|capitalists|traitors|infidels $ | execution|death|lynching is "
        "..3 solution|answer|cure for ..2 ( {PERSON} )",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "i|we WILL? ..1 love|like|enjoy ..2 see|watch|seeing|watching ( him|her|them|you | DET? ..1 {PERSON} ) ..1 "
        "suffer|die|bleed|burn|scream $",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "should i|we ..2 {BRUTALLY} ( {VICTIM} ) | should i|we ..2 ROUGH ( {VICTIM} ) {DOOM} | should i|we ..2 burn|"
        "bomb|blow ..3 PLACE",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "should i|we ..2 shoot|attack|assault|beat|RAPE ( {VICTIM} )", unless="LENS"),
    Rule("violence", 6, "{ASK} ..12 to|can|i ..2 kill|murder ..2 people|someone|humans|somebody $", unless="HARMLESS"),
    Rule(
        "violence",
        6,
        "{ASK} ..8 attack|assault|stab|hurt|electrocute|shoot ( someone|somebody|people | {FEW} ..1 {PERSON} )",
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
        "{ASK} ..6 ( get|getting away with | commit|committing|plan|planning|carry ..2 ) rape|murder|assault|"
        "kidnapping|abduction|terrorism|massacre $",
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
        "{ASK} ..6 make|making|build|building|print|printing|assemble ..3 grenade|grenades|bomb|bombs|explosive|"
        "explosives|landmine|silencer",
        unless="THING",
    ),
    Rule("violence", 6, "print|printed|printing|printer ..2 gun|guns|firearm|firearms|pistol|rifle"),
    Rule(
        "violence",
        6,
        "<!not|never|nor|against incite|incites|inciting|promote|promotes|glorify|glorifies|encourage|encourages ..3 "
        "violence|terrorism|murder|terror|killing|bloodshed !prevention",
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
        "hire|hiring|find|pay ..2 hitman|assassin|hitmen | {ASK} ..8 assassinate|behead|bomb ..3 individual|leader|"
        "someone|people|politician|crowd",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "{ASK} ..8 killing|poisoning|strangling|kill|poison|drown ..3 HUMAN|FOLK|patient|toddler|baby|child|person "
        "{DOOM}",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "( {LETSUS} | we should|must|could {BY} ) ( BRUTE|shoot|hang|gas|burn|execute ) them|those $ !to|in|on|up|"
        "out|off|with",
        firm=True,
        unless="TARGET",
    ),
    Rule(
        "violence",
        6,
        "{INTENT} ..1 BRUTE|hurt|harm|attack|RAPE my|your|his|her|their ..1 {PERSON}",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "threaten|threatens|threatening|threat to BRUTE|hurt|shoot ( {VICTIM} )", unless="NEWS"),
    Rule(
        "violence",
        6,
        "mass|school|church|mosque shooting|shootings ..3 at|in|on|plan|guide|tips | {ASK} ..8 mass|school|church "
        "shooting|murder",
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
    # --- violence: killing praised or justified, death wished, homes and families threatened --------------------------
    Rule(
        "violence",
        6,
        "( massacre|massacres|genocide|holocaust|lynching|lynchings|pogrom|beheading|beheadings|killings|bombing|"
        "bombings|murders|shootings|atrocities|hiroshima|auschwitz|srebrenica | school|mass|mosque|church|synagogue|"
        "terrorist|terror shooting|attack|shootings|attacks | shooting|bombing|killing|murder|attack|stabbing at|of|"
        "on ..3 ) ( ..4 ) was|were|is|are {BY} ( LAUDED | good|great ( thing|start|day|idea|news|job|work|deed | $ ) "
        "| right | best | too ..1 small|few|kind )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "praise|praises|praising|hail|salute|saluting|honour|honor|honouring|honoring|applaud|applauding|glorify|"
        "glorifying|cheer|celebrate|celebrating|glory|respect|support|admire|love to|for|the|on? DET? ..1 ( gunman|"
        "gunmen|murderer|murderers|terrorist|terrorists|genocide|holocaust|massacre|massacres|lynching|lynchings|"
        "beheading|beheadings|slaughter|pogrom|rapists|rapist ) !victims|victim|survivors|memorial|day|museum|"
        "remembrance|mystery",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "MURDERER|MURDERER_S ..3 ( is|was|are|were|did {BY} ..1 ( hero|heroes|martyr|martyrs|saint|saints|legend|"
        "legends|brave|justified|genius|right|innocent | nothing ..1 wrong | good|great ( job|thing|work|man|men ) ) "
        ")",
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "KILL_ED|HARMED|died|dead|massacre|victims|shooting|genocide|bombing|murdered ~~10 ( had it coming | "
        "deserved it|this | got what ..1 deserved | good riddance | serves them|him|her|you right )",
    ),
    Rule(
        "violence",
        6,
        "( victims|people|kids|children|they|women|men|civilians|families | {GROUP} | {FEW} ..1 {PERSON} ) ..3 ( had "
        "it coming | deserved to die | got what they deserved | deserved to be ..1 KILL_ED|HARMED|bombed|burned|"
        "nuked )",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "BRUTE_ING|shooting|hanging|burning|raping|RAPE_ING|bombing|beating ( {VICTIM} | {GROUP} | {MEMBER} | "
        "SOMEBODY|FOLK_S|HUMAN_S ) is|was|feels|BE {BY} ( LAUDED | good|great|right|okay|acceptable|duty|cool|sport|"
        "pleasure|best )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "glad|happy|thankful|grateful|delighted|pleased|proud|love|laugh|laughed|laughing ..2 ( they|he|she | "
        "{BEING} | {FEW} ..1 {PERSON} ) ..1 ( died|dead|drowned|suffered|burned|perished|suffering|dying | BE|got|"
        "get ..1 KILL_ED|HARMED|shot|burned|raped )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "right|justified|correct|brave|noble to|in {BY} ( KILL|KILL_ING|gas|gassing|lynch|massacre|exterminate|RAPE "
        ") ..1 ( them|him|her|people|everyone|children | {GROUP} | {FEW} ..1 {PERSON} )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "i|we|they|world|country|society|nation|town|school ..1 need|needs|want|wants|demand|demands|deserve|"
        "deserves ..2 another|a|more|new|second|bigger ..1 genocide|holocaust|pogrom|massacre|massacres|lynching|"
        "lynchings|hitler|beheadings|bloodbath",
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( hope|hopes|wish|wishes|pray|hoping|wishing|may|want ) ..1 ( you | he | she | they | {BEING} | {FEW} ..1 "
        "{PERSON} ) ..2 ( drop dead | drops dead | never wake|wakes ( up $ | $ !up ) | choke|chokes|drown|drowns|"
        "perish|rot|rots|bleed|bleeds|burn|burns|die|dies {DOOM} | gets|get ..1 ( hit|run by|over | what is coming ) "
        "| gets|get|have|has ..2 ( fatal accident|crash|cancer|disease ) )",
        firm=True,
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "death to ( you|them|him|her $ | all ..1 {PERSON} | {FEW} ..1 ( {PERSON} ) | {GROUP} )",
        firm=True,
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "( ^ | you|u|they|he|she|go|all|and|should|can|may ) ..2 ( burn|rot in hell | die in a fire )",
        firm=True,
        unless="SCENE",
    ),
    Rule(
        "violence",
        6,
        "your|his|her|their ..1 ( house|home|shop|store|flat|apartment|car|church|mosque|school|office|family ) ( "
        "WILL|going|gonna|gets|get ) ..2 ( burn|burned|burnt|torched|bombed|firebombed|explode ( {DOOM} !with|by ) | "
        "blown|blow up | set on fire | up in flames | be next !to|in|on|door )",
        firm=True,
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "or|else|otherwise|before|until|unless|because|so i|we|they|someone|somebody {BY} WILL? {BY} ( BRUTE|BASH|"
        "shoot|hang|bomb|torch|firebomb|smash|gut|rape|burn|break|come ( you|him|her|them {DOOM} | your ..2 ( "
        "{PERSON} {DOOM} | PLACE down|up|to? $ | LIMB | house|home|shop|windows|car $ ) ) )",
        firm=True,
        unless="CONTEST",
    ),
    Rule(
        "violence",
        6,
        "burn|burning|torch|torching|bomb|bombing|firebomb|smash ( down )? your|his|her|their ..1 house|home|shop|"
        "store|flat|apartment|school|office|car|church|mosque ( down|up | $ !with|in|on|for|at|from|by|into )",
        unless="LENS",
    ),
    Rule(
        "violence",
        6,
        "( shame|pity if|should ) ..2 something|anything ..2 ( happened|happens|happen to ..1 your|you ..1 ( "
        "{PERSON} | PLACE|dog|cat ) )",
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "<!if|once|when|until|so|how|unless i|we know where you|your ..2 live|lives|sleep|sleeps $ !and|to|so|which|we",
        firm=True,
    ),
    Rule(
        "violence",
        6,
        "i|we ..1 have|got|planted|put|hid|hidden|left ..1 a bomb|explosive|explosives $ !for|of",
        unless="CONTEST",
    ),
    Rule("violence", 6, "^ {BY} BASH him|her|that|those ..1 ( {PERSON} )? {DONE}", firm=True, unless="CONTEST"),
    Rule(
        "violence",
        6,
        "^ {BY} DEADLY|shoot|hang|behead|bomb him|her|them|everyone|everybody {DOOM}",
        firm=True,
        unless="HARMLESS",
    ),
    Rule(
        "violence",
        6,
        "( ^ | LEAD | {LETSUS} ) {BY} RAPE DET? ..1 ( {BEING} | {PERSON} | WENCH )",
        firm=True,
        unless="NEWS",
    ),
    Rule(
        "violence",
        6,
        "sleep with one eye open | bullet|grave with|has|bears your name | say goodbye to your ..1 HUMAN|HUMAN_S|"
        "home|house $ !for|and|blues",
        unless="LENS",
    ),
    Rule(
        "violence", 6, "you|whoever|anyone|everyone|anybody|everybody ..5 gets|get {BY} HARMED {DOOM}", unless="CONTEST"
    ),
    Rule(
        "violence",
        6,
        "rape|raping is {BY} ..1 ( LAUDED | compliment|gift|right|good|great|sport|okay|natural|romantic )",
    ),
    Rule(
        "violence",
        6,
        "throw|hurl|chuck|lob ..1 brick|bricks|rock|rocks|stones|molotov|grenade|grenades ..1 through|at|into ..2 ( "
        "{PERSON} | {MEMBER} | {GROUP} | window|windows|house )",
        unless="HARMLESS",
    ),
    Rule("violence", 6, "( ^ | LEAD ) {BY} drop dead $ | ( ^ | LEAD ) just|please|go ( and )? die $", firm=True),
)
