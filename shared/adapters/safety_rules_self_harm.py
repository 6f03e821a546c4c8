"""The rules of the local safety screen for self-harm: said of oneself, urged, advised or praised. Data only.

The classes are those of ``shared.adapters.safety_lexicon``, the language that of ``shared.adapters.safety_patterns``.
"""

from typing import Final

from shared.adapters.safety_patterns import Rule

SELF_HARM: Final[tuple[Rule, ...]] = (
    # --- self-harm ----------------------------------------------------------------------------------------------------
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
        "fantasize|fantasizing|imagining|imagine|thinking|thoughts|think|feel|feeling ..3 ( {SELFKILLING} | about|of "
        "dying )",
    ),
    Rule("self_harm", 6, "SUICIDE thoughts|ideation|feelings ..6 i|me|my", firm=True),
    Rule(
        "self_harm",
        6,
        "i ..2 wish|wished ..1 i __3 ( dead | die | died !my|the|it|hair | born | exist|existed | disappear | woken |"
        " alive | gone )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "i|to __2 do|can not __2 want|deserve|wish|bear|stand|keep|go __2 ( live !without|in|with|near|on|at | alive "
        "| living !without|in|with|near | exist|existing | wake up !without|to|in|with|late|early|at|feeling | be "
        "here|around )",
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
        "do not want to ( live|exist !without|in|with|near|on|at | wake up !without|to|in|with|late|early|at|feeling "
        "| be alive | be here anymore | do this anymore )",
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
        "tired|sick|done|exhausted of|with {BY} ( living|life !with|in|like|without|out|room|on|paycheck|off|near|at|"
        "under | existing | being alive )",
    ),
    Rule(
        "self_harm",
        4,
        "i __2 ( can not ..2 do|take|handle ..2 this|it ..1 anymore|longer ) | i can not go on | i am ADV? done with "
        "life|everything|living",
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
        "<!not|never take|swallow|down|pop|eat|neck ..1 all|every|entire|whole ..3 PILL|PILL_S ( ..1 at once | ..8 ( "
        "in one go | sleep forever | never ..1 wake|waking | end it|everything|all | fall asleep forever ) )",
    ),
    Rule(
        "self_harm",
        6,
        "<!not|never|to swallow|down|neck ..1 ( all|every|entire|whole ..1 )? bottle|box|packet|jar of ..1 PILL|PILL_S",
    ),
    Rule(
        "self_harm",
        6,
        "take|swallow|pop|down ..3 bottle|handful|all|whole of? ..2 PILL|PILL_S ..8 sleep forever | PILL|PILL_S ..6 "
        "( sleep forever | never ..1 wake|waking up )",
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
        "i|gonna|will|just|might|should|ima|finna kms | kms lol|tonight|rn|bye|please | wanting|wants|waiting|ready|"
        "itching to die",
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
    # --- self-harm: urged, advised or praised -------------------------------------------------------------------------
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
        "SUICIDE is|as ..3 answer|solution|way|option|best|right|beautiful|brave|freedom|peace|cool|choice|escape|"
        "painless",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "cutting|bleeding|starving|purging|burning yourself|myself? ..1 makes|make|made|helps|takes|eases|relieves "
        "..2 pain|hurt|feelings|sadness|emptiness|you|me ..2 ( $ | away|stop|better|relief|feel )",
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "cut|cuts|slice|slices|gash|gashes|scars|slashes ..2 on|in|into|along|across ..1 your|my ..1 arms|arm|wrists|"
        "wrist|thighs|skin|flesh|legs",
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "world|everyone|everybody|we|they|family|all WILL|are|is|be ..2 better off|place? without you $",
    ),
    Rule(
        "self_harm",
        6,
        "nobody|no one? WILL ..1 miss|care|notice|mourn you|if ( $ !at|on|in|from|with|this|as | you|are|is|die|dead|"
        "gone )",
    ),
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
        "( anorexia|bulimia|starving|starvation|purging | self harm|harming ) is|are|as|feels ..3 empowering|healthy|"
        "beautiful|good|cool|lifestyle|choice|brave|fun|sexy",
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
        "encourage|encourages|promote|promotes|glorify|glorifies|encouraging|promoting ..3 ( anorexia|bulimia|"
        "suicide|thinspo | self harm|injury )",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "manipulate|persuade|convince|push|talk|trick|drive ..3 into|to committing|commit ..1 SUICIDE",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "{ASK} ..8 ( electrocute|cut|burn|hurt|injure|starve SELVES | self inflicted )",
        unless="EDGE",
    ),
    Rule("self_harm", 6, "planning|plan|plans ..2 a|my|your? SUICIDE", unless="HELPED"),
    Rule("self_harm", 6, "purge ..4 weight|thin|skinny", unless="HELPED"),
    # --- self-harm: orders to the reader, also after a condition ------------------------------------------------------
    Rule(
        "self_harm",
        6,
        "( ^ | LEAD ) {BY} ( KILL|hang|shoot|drown|electrocute|starve|unalive|off YOURSELF ( $ !a|an|some|the|in|"
        "into|with|free|from|down|laughing ) | slit|slash your ..1 wrists|wrist|throat|veins | end your own? life|"
        "lives|existence ( $ !insurance|in|with ) | take your own life | end it ..1 all|tonight|already|forever | "
        "commit ..1 SUICIDE | overdose $ !on|of|in|with )",
        firm=True,
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "( ^ | LEAD ) {BY} cut|hurt|harm|burn|punish|stab|injure|mutilate YOURSELF|SELVES ( $ !at|on|while|in|during|"
        "a|an|the|some|to|with|or|and|by|off|from|out|free )",
        firm=True,
        unless="EDGE",
    ),
    Rule(
        "self_harm",
        6,
        "if|when|whenever|because|since|as|once ..9 <!to|you|who|they|i|we|or|and|not|never|could|might|may|can|will|"
        "would|people|like|of|about|without|do|did|does|that|she|he|should|accidentally|ever|often|sometimes|just|"
        "then|please|go|simply|now|always|even|be|from|than|before|help|someone|anyone|have|having|also ( just|then|"
        "please|go|simply|now|so )? ( KILL|hang|shoot|drown|electrocute|starve|unalive|off YOURSELF ( $ !a|an|some|"
        "the|in|into|with|free|from|down|laughing ) | slit|slash your ..1 wrists|wrist|throat|veins | end your own? "
        "life|lives|existence ( $ !insurance|in|with ) | take your own life | end it ..1 all|tonight|already|forever "
        "| commit ..1 SUICIDE | overdose $ !on|of|in|with )",
        firm=True,
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "( ^ | LEAD | you ..1 should|could|must ) {BY} ( step|walk|jump|lie|run|throw|leap ..2 ( in front of | under "
        ") ..2 train|trains|truck|lorry|bus|traffic|car | jump|leap|step ..1 off ..2 bridge|cliff|roof|building|"
        "balcony | lie|stand ..1 on ..1 tracks )",
        firm=True,
        unless="HARMLESS",
    ),
    Rule(
        "self_harm",
        6,
        "do ..4 favour|favor ..1 and|by {BY} ( {TODIE} | {SELFKILL} | {SELFKILLING} | disappear|jump|vanish|dying | "
        "drop dead | end it )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "why not|do|are ..1 you? not? {BY} ( {SELFKILL} | die $ | end it | KILL_ING YOURSELF )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "you ( may|might as well | could|can just|always|simply ) {BY} ( {SELFKILL} | die $ | end it | be dead )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "time ( for you )? to {BY} ( KILL|hang|shoot|drown YOURSELF | end it all | end your life $ | die $ )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "( nobody | no one | everyone|everybody|anyone|who ) WILL|to? ..2 ( miss|mourn|remember|notice|care ..2 ( "
        "you $ !at|on|in|from|with|this|when|as | if|when you ..1 die|died|gone|dead|disappear|disappeared|not ) )",
        firm=True,
    ),
    Rule(
        "self_harm", 6, "( nobody | no one ) WILL|to? ..2 miss|mourn ( you $ !at|on|in|from|with|this|as )", firm=True
    ),
    Rule(
        "self_harm",
        6,
        "WILL|is|are|be ( better|happier|easier|richer ) off? ..1 ( without you $ | if|when|with you ..2 gone|dead|"
        "died|disappeared|disappear|born )",
        firm=True,
    ),
    Rule(
        "self_harm",
        6,
        "death|dying|SUICIDE is|brings|will|offers|means|was {BY} be? {BY} ..1 ( answer|solution|escape|freedom|"
        "relief|beautiful|peace|peaceful|release|painless|gift|cure | way out )",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "( cutting|starving|bleeding|SUICIDE|overdosing|purging | self harm|harming | ending it|your ..1 all|life|"
        "pain ) ..2 ( is|feels|sets|makes|will|brings ) {BY} you|your|be? {BY} good|great|beautiful|brave|free|fun|"
        "cool|art|strength|strong|sexy|peaceful|heroic|answer|solution|relief|best|noble|romantic|glamorous",
        unless="HELPED",
    ),
    Rule("self_harm", 6, "noose|rope ..3 around|round|over|about your|my ..1 neck", firm=True, unless="HARMLESS"),
    Rule(
        "self_harm",
        6,
        "run|drag|press|put|take|pull|draw ..3 blade|razor|knife|scissors to|across|along|over|on|against your|my "
        "..1 wrist|wrists|arm|arms|throat|veins|thighs|skin",
        firm=True,
        unless="EDGE",
    ),
    Rule("self_harm", 6, "SUICIDE ..1 method|methods|pact|kit|kits|pills|manual", unless="HELPED"),
    Rule("self_harm", 6, "i ..12 bottle|handful|bunch|box of ..1 PILL_S ..8 overdose|die|dead", firm=True),
    Rule(
        "self_harm",
        6,
        "brave|strong|cool|smart|romantic|beautiful|noble ( enough )? ..1 to {BY} ( KILL YOURSELF|SELVES | end it "
        "all | commit SUICIDE | starve yourself )",
        unless="HELPED",
    ),
    Rule(
        "self_harm",
        6,
        "you|your life ..3 worthless|pointless|useless|burden|failure|waste ..6 ( {SELFKILL} | die $ | end it )",
        firm=True,
        unless="HELPED",
    ),
)
