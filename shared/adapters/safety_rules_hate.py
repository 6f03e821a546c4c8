"""The rules of the local safety screen for hate: against groups, and abuse of a reader. Data only.

The classes are those of ``shared.adapters.safety_lexicon``, the language that of ``shared.adapters.safety_patterns``.
"""

from typing import Final

from shared.adapters.safety_patterns import Rule

HATE: Final[tuple[Rule, ...]] = (
    # --- hate: against groups -----------------------------------------------------------------------------------------
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
    Rule("hate", 6, "i|we {BY} HATE {BY} GM $"),
    Rule("hate", 6, "can not {BY} stand|tolerate ..1 {GROUP} $"),
    Rule("hate", 6, "BARB BARB? SOLE|GN|GN_S|GX|jewish|islamic|queer $"),
    Rule("hate", 6, "BARB BARB? GADJ PEOPLE|BEAST|BEAST_S|bastard|bastards|pig"),
    Rule(
        "hate",
        6,
        "GADJ|GN|GX bastard|bastards|filth|cunt|cunts|scum|vermin|subhuman|subhumans|whore|whores|slut|sluts|bitch|"
        "bitches|parasites|savages|perverts|degenerates $",
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
        "{GROUP} ..1 should|must ..1 ( go back|home | leave | get out | stay home|silent|away|in | know their place |"
        " shut up | obey|submit | be seen )",
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
        "go back to ( ..1 your ..1 country|countries|homeland|shithole|village | where you ..1 came|come|from|belong "
        "| africa|mexico|pakistan|islam )",
        firm=True,
    ),
    Rule("hate", 6, "race traitor|traitors | white genocide | GN|GN_S|GX lover|lovers|invasion|vermin"),
    Rule("hate", 4, "people like you ..2 {MUST}"),
    Rule("hate", 6, "white power|supremacy <!is|was $"),
    Rule("hate", 6, "heil|sieg hitler|heil", firm=True),
    Rule(
        "hate",
        6,
        "hitler|nazis|holocaust|hitlers|kkk ..2 was|were|had|did ..2 right|point|nothing|great|hero|hoax|fake|lie|"
        "finished|idea",
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
        "i|we ..3 like|love|want|enjoy ..1 see|watch|watching|seeing ..2 {GROUP} ..1 KILL_ED|SLAY_ED|die|suffer|burn|"
        "cry|gone",
    ),
    Rule("hate", 6, "black|blue|trans|muslim|brown|gay lives do|did|will not matter"),
    Rule("hate", 6, "up your|ur ..1 ass|arse|asshole|butt $"),
    Rule(
        "hate",
        6,
        "you BARB|SWEAR|fat|old|little|sick|miserable|spineless ..1 INSULT|INSULT_S|BEAST|BEAST_S|OBSCENE|pig|fuck|"
        "shit $",
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
    Rule("hate", 4, "i|we|never|not __3 not|never ..1 trust|hire|like|respect|date {BY} ( {GROUP} | GN|SOLE | woman )"),
    Rule("hate", 4, "{ETHNIC} ..2 only care|want|think|know|good|understand"),
    Rule("hate", 6, "{GROUP} ~~12 they are {BY} VILE|BEAST|BEAST_S|subhuman"),
    Rule("hate", 6, "{GROUP} ~~12 they {BY} should|must|deserve|need {BY} ( to? {TODIE} | be {BY} OUSTED )", firm=True),
    Rule("hate", 6, "you ..1 are {BY} ..1 LOUT !if|to|for|not"),
    Rule("hate", 6, "SWEAR|stupid|dumb|ugly SWEAR? CRUDE|CRUDE_S"),
    # --- hate: slurs and abuse ----------------------------------------------------------------------------------------
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
    # --- hate: shutting a group out, and denying what was done to one -------------------------------------------------
    Rule("hate", 6, "no more? {ETHNIC} ( ..1 allowed|permitted|admitted|served|wanted|welcome | need apply )"),
    Rule(
        "hate",
        6,
        "no DET? GN|SOLE|GADJ ..1 ( customers|guests|tenants|applicants|staff|buyers|visitors ..1 allowed|permitted|"
        "admitted|served|wanted|welcome | need apply )",
    ),
    Rule("hate", 6, "no dogs ..2 no? {ETHNIC} | no {ETHNIC} ..2 no? dogs"),
    Rule("hate", 4, "no GW allowed|permitted|admitted|served"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..1 is|are|will not ..1 ( allowed|permitted|admitted|served|welcome|wanted ..1 ( here | in|into|"
        "inside|on|at|near our|my|this ) )",
    ),
    Rule(
        "hate",
        6,
        "( i|we ..1 do|will|can|shall not | i|we ..1 never|refuse to? ) ..1 sell|serve|employ|hire|rent|admit|"
        "deliver|cater|accept|allow|want ..1 ( to|for )? DET? {ETHNIC} $",
    ),
    Rule(
        "hate",
        6,
        "not|never|stop|stopped|refuse|refusing ..1 serving|selling|hiring|renting|employing|admitting|serve ..1 ( "
        "to )? DET? {ETHNIC} $",
    ),
    Rule("hate", 6, "{ETHNIC} ..2 {MUST} ..1 be {BY} ( {PUTOUT} )"),
    Rule("hate", 6, "{ETHNIC} banned|barred from|in our|my|this ..1 store|shop|restaurant|club|building|premises|town"),
    Rule(
        "hate",
        6,
        "( {LETSUS} | ^ | {INTENT} ) ..1 drive|throw|kick|keep|force|chase|hunt|run|hound ..1 {RACE} ..2 out|away|"
        "off|down $",
    ),
    Rule(
        "hate",
        6,
        "holocaust|shoah|srebrenica|genocide ..3 ( is|was|are|were {BY} but? {BY} lie|hoax|myth|fake|fraud|fiction|"
        "exaggerated|fabricated|invented|propaganda|fabrication|faked|invention | is|was {BY} made up | never "
        "happened|occurred|existed | did not ..1 happen|occur|exist | did not take place )",
    ),
    Rule("hate", 6, "there was|were|is no ..2 holocaust|shoah|genocide | no holocaust ..2 happened"),
    Rule("hate", 6, "holohoax | holocaust|holocost hoax|lie|myth|scam|fraud $"),
    Rule("hate", 6, "gas chambers ..2 ( never existed | did not exist | are|were|is {BY} fake|myth|lie|hoax )"),
    Rule("hate", 6, "six million|jews ..3 never died|happened | six million ..2 is|was {BY} lie|myth|hoax"),
    # --- hate: what is said of a group, in more ways ------------------------------------------------------------------
    Rule(
        "hate",
        6,
        "<!against|of|for|to|facing|towards {THEY} are|is !TREATED {BY} but|our? {BY} MOSTLY? MOSTLY? DREG|DREG_S $",
    ),
    Rule("hate", 6, "{ETHNIC} ( like you )? {BY} are|is {BY} VILE|BEAST|BEAST_S"),
    Rule("hate", 6, "GW like you|her|them {BY} are|is {BY} MOSTLY? VILE|BEAST|BEAST_S|WEAK"),
    Rule("hate", 6, "{THEY} are __5 WORST ..1 people|race|creatures|humans|lot|ones|scum|kind|beings"),
    Rule("hate", 6, "{THEY} are|is no better|different|more|worth __2 DREG|DREG_S|BEAST|BEAST_S|animal|animals|vermin"),
    Rule(
        "hate",
        6,
        "you|they|he|she|those BE {BY} __1 but __3 ( DREG|DREG_S | GADJ|GN|female|woman DREG|DREG_S|trash )",
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
        "{THEY} have|has|had|having|got __2 no|zero|little __1 ( right|rights|business __1 be|being|live|living|"
        "exist|existing|breathe|alive|vote|speak | soul|souls|brain|brains|morals|honor|honour|decency|dignity|"
        "humanity )",
    ),
    Rule("hate", 6, "{THEY} ..2 __1 no place|business in|here|on|among|near"),
    Rule(
        "hate",
        6,
        "{GROUP} do|does|did|can|should|must|will not {BY} ( belong|matter|count | deserve ..3 live|life|exist|alive|"
        "rights|respect|vote|jobs|job|help|saved )",
    ),
    Rule(
        "hate",
        6,
        "typical of|from|for? ..2 ( {GROUP} | {MEMBER} ) ..5 VILE|INSULT|INSULT_S|WORSE|behaviour|behavior",
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
        "{ETHNIC} {BY} were|was|are|is ( responsible for | behind ) ..3 attack|attacks|crisis|war|wars|plague|crime|"
        "virus|pandemic|covid|everything|terrorism|disease|diseases|unemployment|problems|all",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} made|did|caused|planned|orchestrated|invented|started|brought ..4 attack|attacks|crisis|war|wars|"
        "plague|virus|pandemic|covid|disease|aids",
    ),
    Rule("hate", 6, "christ killer|killers | blood libel $"),
    Rule("hate", 4, "{ETHNIC} think|believe they are ..2 better|special|superior|chosen"),
    Rule("hate", 6, "only good ..2 ( {GROUP} | GN|SOLE ) is|are ..2 dead|deported|gone|one|hanged|buried"),
    Rule(
        "hate",
        6,
        "VILE|WORSE|WEAK|VILE as|than|like a|an|any|the|some ( GN|SOLE|GN_S | GADJ person|people|man|woman )",
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
        "send|ship|deport|kick them|you|you ..1 all ..1 ( back|home ) ..1 ( $ !to|from | to where they|you | to "
        "their|your )",
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
        "{ETHNIC} ..6 WILL|want|wants|trying|try|come|came|coming|here ..3 rule|conquer|enslave|dominate|overrun|"
        "invade|replace|outbreed|islamize|islamise|destroy|rape ..1 our|us|europe|america|britain|the|your",
    ),
    Rule("hate", 6, "they WILL? {BY} rape|outbreed|enslave|behead|murder our|us|your"),
    Rule(
        "hate",
        6,
        "most|all|every ..1 criminals|terrorists|rapists|thieves|criminal|terrorist|rapist|murderers are|is {BY} ( "
        "{GROUP} | GN|black|white|muslim|jewish|foreign )",
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
        "( they|these|those ) should|must|ought|can not be ..1 allowed|permitted ..1 to live|exist|vote|breed|"
        "breathe|walk|reproduce|marry|work",
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
        "execution|death|extermination|deportation|sterilization|sterilisation|castration|gas|lynching ..3 only|"
        "final|best|right solution|answer|cure|way|treatment for|to ..2 ( {GROUP} )",
        firm=True,
    ),
    Rule("hate", 6, "( put an end to | end ..1 all|these|those|the|every ) DET? DET? ( {GROUP} ) $", firm=True),
    Rule(
        "hate",
        6,
        "{GROUP} ..4 ( fuck off | ( get|getting|go|going|stay the? SWEAR|hell out ) | go fuck themselves|yourselves |"
        " SWEAR in the head | shut the? SWEAR|hell up )",
    ),
    Rule("hate", 6, "{THEY} are|is {BY} MOSTLY? MOSTLY? worst $"),
    Rule("hate", 6, "GADJ|GN|female lives|life are|is|do|does not worth|matter !any|less"),
    Rule(
        "hate",
        6,
        "sick|tired|disgusted|disgusting|fed of|by|up|with? ..4 ( {GROUP} ) ( like you | around|everywhere|here | $ "
        "!and )",
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
        "hate",
        6,
        "{MEMBER} should|must|can not|never {BY} be ..1 allowed|permitted|trusted|here|hired|given|elected",
    ),
    Rule(
        "hate",
        6,
        "should|must {ETHNIC} {BY} not {BY} ( be ..1 allowed|permitted|given|admitted|shown|accepted|trusted|hired | "
        "have ..1 rights|kids|children|access|vote|equal )",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} should|must {BY} not {BY} ( have|hold|get|receive|enjoy ..2 rights|access|freedom|jobs|positions|"
        "vote|benefits|kids | get married | be ..1 given|admitted|shown|accepted|hired|believed )",
    ),
    Rule(
        "hate",
        6,
        "should|must {ETHNIC} be ..1 barred|denied|kicked|excluded|banned|discriminated|segregated|deported | "
        "{ETHNIC} should|must ..1 be ..1 barred|denied|kicked|excluded|banned|discriminated|segregated|deported|"
        "expelled",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} BE {BY} ( the|a ) ..1 cause|source|root|reason|problem ..4 crime|terrorism|violence|problems|"
        "disease|evil|unemployment",
    ),
    Rule(
        "hate",
        6,
        "{THEY} WILL|do|does|did|can|should not {BY} ( exist | be integrated|assimilated|civilised|civilized|"
        "tolerated )",
    ),
    Rule("hate", 6, "{GROUP} ..8 make|makes|made|making|fill|fills me|us|you ..5 RAGE"),
    Rule("hate", 6, "( {GROUP} | {MEMBER} ) ..2 disgust|disgusts|repulse|repulses|sicken|sickens me|us"),
    Rule("hate", 6, "SCORN ..3 for|of|towards|toward|against ..2 ( {ETHNIC} ) is|are|BE|knows|grows|runs|makes"),
    Rule("hate", 6, "i|we feel|have|felt|got ..4 SCORN for|of|towards|against ..2 ( {GROUP} )"),
    Rule(
        "hate",
        6,
        "nothing|nobody|worse __1 worse|lower than|as a|an|the|these|those? ( {MEMBER} | {GROUP} | woman )",
    ),
    Rule("hate", 6, "{GROUP} ..3 __1 stop|help ..1 themselves from? {BY} being {BY} ..1 VILE|DREG|DREG_S"),
    Rule(
        "hate",
        6,
        "{GROUP} ~~12 ( i|we {BY} HATE {BY} them|your | them {BY} disgusts|sickens|repulses me|us | worse than your|"
        "their kind )",
    ),
    Rule(
        "hate",
        6,
        "{GROUP} ~~12 ( get|getting rid of them|you|those | they|you are|BE {BY} MOSTLY? MOSTLY? OBSCENE|OBSCENE_S|"
        "CRUDE_S|DREG_S|SLUR_OPEN_S )",
    ),
    Rule("hate", 6, "{GROUP} ..6 they are|were not? {BY} MOSTLY? MOSTLY? OBSCENE|OBSCENE_S|CRUDE_S|DREG_S|LOUT_S"),
    Rule(
        "hate",
        6,
        "{GROUP} ~~14 i|we WILL? ..2 __1 start|starting? BRUTE|BRUTE_ING|shoot|shooting|hang|hanging|burn|beating "
        "..1 ( them | every|all|each of|one|them )",
        firm=True,
    ),
    Rule("hate", 6, "{GROUP} ~~14 ( they|you {MUST} ..1 suffer|die|burn|bleed|pay )", firm=True),
    Rule("hate", 6, "SWEAR|fucked|sick in the head ..2 if|because ..1 they are {BY} ( {GROUP} )"),
    Rule("hate", 6, "life|lives are|is|do not worth|matter ..2 SWEAR|crap|anything|dirt"),
    Rule(
        "hate",
        6,
        "women|woman|wives|girls|wife ..3 should|must|need|needs|supposed|have to? ..3 ( {BY} submissive|obedient|"
        "subservient|obey|submit )",
    ),
    Rule("hate", 6, "( {GROUP} ) ..2 accept|admit|know|understand that? they are {BY} WEAK|VILE|lesser|inferior"),
    Rule("hate", 6, "{THEY} are {BY} slaves|childlike|servants|subhumans|property|worthless|objects $"),
    Rule("hate", 6, "{THEY} do|does|did not contribute|integrate|assimilate"),
    Rule(
        "hate",
        6,
        "{ETHNIC} ..3 here|come|came|coming to rape|pillage|steal|destroy|replace|conquer|loot|exploit|plunder|live "
        "off",
    ),
    Rule(
        "hate",
        6,
        "ban|banning|outlaw|eradicate|abolish|stop|destroy ..2 islam|judaism|muslims|jews|immigration|immigrants|"
        "refugees|migrants $",
    ),
    Rule(
        "hate",
        6,
        "white race|blood|nation|people|europe|genes ..2 ( is|are {BY} superior|pure|supreme|better | must|should "
        "..1 preserved|protected|defended )",
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
        "hate",
        6,
        "feminism|feminists is|are ..4 cancer|poison|destruction|disease|selfish|hate|evil|plague|man hating",
    ),
    Rule(
        "hate",
        6,
        "<!not|never|nor|against promote|promotes|spread|spreads|incite|incites|inciting ..3 racism|hatred|hate|"
        "nazism|supremacy|antisemitism|genocide",
        unless="NEWS",
    ),
    Rule("hate", 6, "{GROUP} ~~12 ( they|you __6 be|are {BY} MOSTLY? OBSCENE_S|CRUDE_S|LOUT_S )"),
    Rule("hate", 6, "OBSCENE_S|CRUDE_S|LOUT_S ~~6 they are {BY} ( {GROUP} )"),
    Rule("hate", 6, "{GROUP} are|is never|not {BY} intelligent|attractive|smart|clean|honest|human|capable|like us? $"),
    Rule(
        "hate",
        6,
        "{GROUP} ..2 should|must|belong|ought ..2 ( be|all ..1 )? dumped|thrown|put|kept|sent|locked|placed|penned? "
        "..1 in|into|to|up ..2 landfill|cage|cages|zoo|trash|bin|sewer|ovens|camp|camps|sea|asylum",
    ),
    Rule(
        "hate",
        6,
        "dog|dogs|monkey|monkeys|rat|rats|ape|apes|pig|pigs|insect|insects|cockroach|animal|animals ..6 than|and ..6 "
        "( {MEMBER} | woman | {ETHNIC} | you {GROUP} )",
    ),
    Rule("hate", 6, "any more ( {GROUP} ) ..6 ruin|destroy|end|wreck|spoil"),
    Rule(
        "hate",
        6,
        "( any|every|each|all|the|a {MEMBER} ) is|are|can|could be? {BY} MOSTLY? DREG|DREG_S|BEAST|rapist|terrorist|"
        "criminal|thief|threat",
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
        "{ETHNIC} BE ..1 genetically|biologically|inherently|naturally|intrinsically ..2 predisposed|inferior|"
        "violent|criminal|lesser|stupid|lazy|unstable|dangerous|dirty",
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
        "( to|just|should|would|could|let|we|i|someone|somebody {BY} ) BRUTE|BRUTE_ED|shoot|hang|gas|burn ..1 ( kind|"
        "kinds|sort|sorts|type|types|lot|all|every of? )? DET? ..1 ( {GROUP} ) $",
        firm=True,
        unless="NEWS",
    ),
    Rule("hate", 6, "( cut|slit|slash|snap|break|smash|crush ) ..2 ( {GROUP} ) ..1 LIMB", firm=True),
    Rule("hate", 6, "find|finds|found|consider|call|think ..2 ( {GROUP} ) {BY} ( VILE|DREG|DREG_S )"),
    Rule("hate", 6, "( {GROUP} | {MEMBER} | woman ) ..1 nature to be {BY} MOSTLY? VILE|WEAK|OBSCENE|DREG|annoying"),
    Rule(
        "hate",
        6,
        "( you|they|he|she|she|these|those are|is|was {BY} __1 | bunch|pack|load of | another|common|natural ..3 ) "
        "SLUR_NOUN|SLUR_NOUN_S $",
    ),
    Rule(
        "hate",
        6,
        "( bunch|pack|load of | another|common|just ..1 a? | like a | for a ) queer|queers $ | ^ queers|fags {BY} "
        "can|should|must|do|need|deserve",
    ),
    Rule(
        "hate",
        6,
        "^ SLUR_NOUN_S|whores|sluts|bitches {BY} ( can|should|must|do|need|deserve|will|are|have|never|always )",
    ),
    Rule(
        "hate", 6, "{ETHNIC} ( like you|them|that|those )? BE|can|be {BY} !TREATED ..2 OBSCENE_S|CRUDE_S|LOUT_S|VILE $"
    ),
    Rule("hate", 6, "GW ( like you|them|that )? are {BY} !TREATED {BY} MOSTLY? OBSCENE_S|CRUDE_S|LOUT_S|DREG_S $"),
    Rule("hate", 6, "{GROUP} ..5 BE a threat|danger to ..1 our|this|the|civilisation|civilization|society|country|us"),
    Rule(
        "hate",
        6,
        "( {GROUP} | {MEMBER} | woman ) ..1 nature to be {BY} MOSTLY? uncivilised|uncivilized|OBSCENE|dishonest|"
        "violent",
    ),
    Rule("hate", 6, "OBSCENE|CRUDE|LOUT|dumbass ..1 was|is {BY} ( {MEMBER} | woman )"),
    # --- hate: contempt, shutting out and slurs in plain view ---------------------------------------------------------
    Rule("hate", 6, "<!the|these|two|some GM are|be {BY} MOSTLY? {BY} DREG|DREG_S|BEAST_S $"),
    Rule("hate", 6, "{ETHNIC} was|were {BY} MOSTLY? DREG|DREG_S|BEAST_S", unless="NEWS"),
    Rule(
        "hate",
        6,
        "{ETHNIC} are|is|be {BY} crazy|hysterical|rude|dangerous|incompetent|irrational|unqualified|unfit|delusional|"
        "hideous|aggressive|annoying|illiterate|uneducated",
        unless="NEWS",
    ),
    Rule(
        "hate",
        6,
        "<!where|that|if|because|why|when|some|many {GROUP} are not|never ever|longer|really|at? welcome|wanted|real",
        unless="NEWS",
    ),
    Rule(
        "hate",
        6,
        "( send|ship|deport|return ) DET? {RACE} ..1 ( back|home !for|safely|to|and|in|cooked|with | back to )",
        unless="NEWS",
    ),
    Rule(
        "hate",
        6,
        "people|folk|folks|women|men|families like you|them|that|him|her {MUST} {BY} ( {TODIE} | not exist|breed|"
        "live|vote | be ..1 OUSTED|HARMED )",
        firm=True,
    ),
    Rule("hate", 6, "smell|smells|smelled|stink|stinks|reek|reeks like|of DET? ..1 GN|GN_S|GX|SOLE $"),
    Rule(
        "hate", 6, "they|you|these|those people? are {BY} all? {BY} scum|subhuman|subhumans|degenerates|untermenschen"
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} have|has|got {BY} ugly|filthy|stupid|disgusting|vile|evil|smelly|stinky|inferior|primitive|greasy|"
        "low|lower ..1",
    ),
    Rule("hate", 6, "{GROUP} __6 be|being|becoming {BY} MOSTLY? MOSTLY? OBSCENE_S|CRUDE_S|LOUT_S|DREG_S"),
    Rule("hate", 6, "no|nobody|nothing|none|never ..4 as|so VILE|WORSE|WEAK as ..1 ( {GROUP} )"),
    Rule("hate", 6, "only ( {GROUP} ) can|could|are|is|would be? {BY} VILE|WEAK|INSULT|WORSE"),
    Rule(
        "hate",
        6,
        "i|we do|will|would|can|could not|never {BY} trust|hire|like|respect|date|marry|employ ( {RACE} | GW ) $",
    ),
    Rule(
        "hate",
        6,
        "no women|females|gays|jews|muslims|blacks|asians|gypsies|immigrants|foreigners ( allowed|permitted|admitted|"
        "served|please|here|wanted )",
    ),
    Rule("hate", 6, "^ GN_S out|home !of|and|to|for|now $ | {RACE} go|get home|back $", firm=True),
    Rule(
        "hate",
        6,
        "( white|aryan|straight people|customers|guests|folks|staff|tenants|families|men only ) | only white|"
        "straight|aryan people|customers|guests|families|men ( allowed|served|welcome|may|can|are|need )",
    ),
    Rule(
        "hate",
        6,
        "( not|never|refuse|refuses|no ) ..2 serve|sell|want|need|like|allow|welcome|accept|tolerate to? ..1 your|"
        "their kind|sort|type $",
    ),
    Rule(
        "hate",
        6,
        "your|their kind|sort|type ( is|are not|never {BY} welcome|wanted|allowed | {MUST} ..1 ( {TODIE} | leave|go |"
        " be ..1 OUSTED ) )",
    ),
    Rule(
        "hate",
        6,
        "camel|goat|sheep fucker|fuckers|jockey|jockeys|shagger|shaggers | jungle bunny|bunnies | sand|porch|dune|"
        "jungle|desert monkey|monkeys|coon|coons|rat|rats !bars | ching chong | curry|rug|carpet|muff muncher|"
        "munchers | pillow biter|biters | fudge packer|packers | slant eyed|eyes",
    ),
    Rule(
        "hate",
        6,
        "too many|much|more ..1 CRUDE_S|SLUR_OPEN_S|SLUR_TWO_S in|here|around|at|on|these|out | BARB|bald|fat|old|"
        "ugly|stupid|head CRUDE_S think|want|need|are|will|should|can|always|never",
    ),
    Rule(
        "hate",
        6,
        "genocide ..3 ( never happened|occurred|existed | did not happen|occur | is|was {BY} hoax|lie|myth|fake|"
        "exaggerated )",
        unless="NEWS",
    ),
    Rule(
        "hate",
        6,
        "every|each|all|any|the ( {MEMBER} | GN|SOLE ) is|are {BY} terrorist|rapist|criminal|thief|parasite|parasites",
    ),
    Rule(
        "hate",
        6,
        "{RACE} ..1 deserve|deserves|deserved ..2 ( {TODIE} | slavery|torture|death|genocide|nothing|contempt|gas | "
        "be ..1 OUSTED|HARMED )",
        firm=True,
    ),
    Rule("hate", 6, "the disabled|handicapped|deaf|autistic|homeless|poor are|is {BY} MOSTLY? VILE|WORSE|DREG|DREG_S"),
    Rule("hate", 6, "{ETHNIC} carry|carries|carrying ..2 disease|diseases|lice|germs|plague|aids"),
    Rule(
        "hate",
        6,
        "{GROUP} ..1 belong|belongs ..1 in|on|under|behind ..2 chains|chain|cage|cages|plantation|plantations|zoo|"
        "jail|prison|camp|camps|ground|gutter|sewer|ghetto|bars|brothel",
    ),
    Rule(
        "hate",
        6,
        "{ETHNIC} are {BY} controlling|manipulating|ruling|dominating|corrupting|trying|plotting ..4 world|economy|"
        "media|banks|government|country|nation|society|west",
    ),
    Rule(
        "hate",
        6,
        "homosexuality|transgenderism|lesbianism is|are ..1 mental|an|a? ..1 illness|disorder|sickness|perversion|"
        "sin|crime",
        unless="NEWS",
    ),
)
