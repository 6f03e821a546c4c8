"""The words of the local safety screen, in classes. Data only.

This file holds offensive language, because a screen has to know what it looks for. It is written as stems and patterns
rather than sentences, and nothing in it is ever shown. ``shared.adapters.safety_rules`` puts the words together; the
language of both is described in ``shared.adapters.safety_patterns``.
"""

from typing import Final

CLASSES: Final[dict[str, str]] = {
    # --- small words --------------------------------------------------------------------------------------------
    "FUNC": (
        "a about after all also although always am an and any are as at be because been before being but by can could "
        "did do does during either every for from had has have having he her here hers him his how however i if in "
        "into is it its just let like may me might mine more most much must my neither never no none nor not now of "
        "off on once only or our ours out over own please really right shall she should since so some still such than "
        "that the their theirs them then there these they this those though through to together too under until up us "
        "very was we were what when where which while who why will with without would you your yours yourself lol haha "
        "omg wtf today tomorrow again anyway everywhere forever everyone needs need deserve deserves get gets go goes "
        "around"
    ),
    "NEG": "not no never none nobody nothing nor neither without",
    "BE": "is are am be was were being been",
    "WILL": "will shall would",
    "ADV": (
        "just really so very absolutely totally completely fucking fuckin damn literally simply always all even "
        "actually seriously honestly probably basically truly still pretty bloody goddamn goddam freaking only also "
        "naturally inherently obviously clearly mostly nothing a an the such more bunch of as like some kind lot too"
    ),
    "DET": "a an the this that these those my your his her our their every all any some another",
    "YOU": "you your yourself yourselves thou",
    "ONE": "you him her them everyone everybody anybody anyone somebody someone people",
    "HUMAN": (
        "spouse~ grandparent~ protester~ rioter~ leader~ prime tenant~ infant~ wife~ husband~ kid~ child children "
        "family families mother~ mom~ mum~ father~ dad~ son~ daughter~ brother~ sister~ boss bosses teacher~ student~ "
        "classmate~ coworker~ colleague~ cop~ police officer~ politician~ president~ senator~ judge~ neighbor~ "
        "neighbour~ ex girlfriend~ boyfriend~ baby babies journalist~ reporter~ doctor~ nurse~ infidel~ traitor~ "
        "civilian~ soldier~ hostage~ human~ parent~ friend~ guy~ dude~ man person~ democrat~ republican~ liberal~ "
        "conservative~ voter~ jogger~ pedestrian~ stranger~ bastard~"
    ),
    "SAY": (
        "say says saying said call calls called calling claim claims claimed claiming tell tells told telling write "
        "writes wrote writing tweet tweets tweeted post posted shout shouted shouting yell yelled chant chanted "
        "chanting suggest suggests suggesting believe believes believing think thinks thinking joke jokes joking argue "
        "argued imply implies implying insist insisted accuse accused comments comment statement statements slogan "
        "phrase"
    ),
    "SPOKE": (
        "say write wishing threats threat posts post comments headline slogan tweet quoting quoted "
        "meaning definition define saying writing posting calling words things statements slurs hate says "
        "term phrase said wrote tweeted posted shouted yelled chanted chanting screamed called told claimed replied "
        "asked read reads titled entitled song lyric lyrics album film movie novel episode graffiti sign quote"
    ),
    # --- whom hate is aimed at ----------------------------------------------------------------------------------
    "GN": (
        "jew~ muslim~ moslem~ arab~ african~ mexican~ asian~ latino~ latina~ hispanic~ immigrant~ migrant~ refugee~ "
        "foreigner~ gay~ lesbian~ homosexual~ bisexual~ transsexual~ transgender~ catholic~ christian~ hindu~ "
        "buddhist~ sikh~ mormon~ atheist~ somali~ nigerian~ haitian~ iraqi~ iranian~ afghan~ syrian~ pakistani~ "
        "indian~ bangladeshi~ palestinian~ israeli~ puertorican~ cuban~ albanian~ romanian~ turk~ kurd~ romani gypsy~ "
        "aborigine~ aboriginal~ negro~ queer~ islamist~ minority~ zionist~ goy goyim"
    ),
    "SOLE": "jew muslim moslem immigrant foreigner homosexual refugee transsexual negro illegals blacks queers",
    "GX": "roma islam judaism blacks whites queers illegals homosexuality lgbt lgbtq romani",
    "GW": "women females girls wives feminists feminist",
    "GM": "men males",
    "GADJ": (
        "skinned caribbean black white brown yellow asian african mexican chinese japanese korean indian arab arabic "
        "jewish islamic latino latina hispanic gay lesbian trans transgender transgendered queer homosexual bisexual "
        "disabled handicapped autistic deaf blind foreign native indigenous aboriginal muslim christian catholic hindu "
        "sikh nigerian somali haitian pakistani bangladeshi palestinian israeli iranian iraqi syrian afghan turkish "
        "polish romanian roma gypsy lgbt lgbtq lgbtqia old elderly fat crippled interracial colored coloured immigrant "
        "refugee jew"
    ),
    "PEOPLE": (
        "landlords bankers lawyers doctors drivers workers customers teachers politicians tourists employees refugees "
        "migrants shoppers players lives people peoples person folk folks man men woman women guy guys girl girls boy "
        "boys kid kids children individual individuals community communities immigrant immigrants race races families "
        "student students youth female females male males mother mothers couple couples neighbors neighbours lady "
        "ladies dude dudes parents"
    ),
    "ABLE": "disabilities disability autism downs down dwarfism aids hiv deafness",
    # --- what hate says of them ---------------------------------------------------------------------------------
    "BEAST": (
        "scum scums scumbag~ vermin filth trash garbage rubbish parasite~ cockroach~ roach~ rat rats pig~ dog~ animal~ "
        "ape~ monkey~ savage~ subhuman~ untermensch* plague~ cancer~ disease~ virus~ leech~ maggot~ swine abomination~ "
        "degenerate~ pervert~ pedophile~ paedophile~ pedo~ rapist~ murderer~ terrorist~ criminal~ thief thieves thug~ "
        "invader~ idiot~ moron~ retard~ imbecile~ liar~ barbarian~ burden~ poison shit crap demon~ devil~ satanist~ "
        "monster~ freak~ infestation enemy enemies mistake~ whore~ slut~ bitch~ bastard~ asshole~ coward~ crook~ "
        "menace scourge property mutant~ sinner~ molester~ groomer~ goatfucker~ vulture~ fool~ failures failure insect~"
    ),
    "VILE": (
        "repugnant loathsome abhorrent contemptible detestable odious uncivilised uncivilized disgusting inferior "
        "subhuman filthy dirty vile evil worthless repulsive revolting stupid dumb retarded barbaric primitive immoral "
        "sinful unnatural perverted depraved violent deceitful useless pathetic gross nasty ugly stinky smelly "
        "stinking ignorant brainless abnormal godless hateful bloodthirsty cruel rotten wicked despicable lowlife "
        "disgrace disgraceful sickening insane parasitic shitty subservient untrustworthy unintelligent awful horrible "
        "terrible shameful trashy satanic demonic corrupt"
    ),
    "WORSE": (
        "greedy lazy dishonest cheap sneaky unclean promiscuous lesser backward backwards illiterate untrustworthy "
        "uncivil lawless freeloaders moochers welfare entitled manipulative brainwashed"
    ),
    "WEAK": (
        "greedy lazy weak crazy hysterical emotional cheap dishonest rude loud dangerous unclean backward backwards "
        "incompetent irrational manipulative annoying promiscuous lesser sneaky unqualified unfit delusional confused "
        "hideous unemployed uneducated illiterate broken aggressive sick stink smell suck ruin sucks stinks"
    ),
    "BARB": (
        "fucking fuckin dirty filthy stupid disgusting damn goddamn goddam bloody ugly lazy stinking smelly dumb evil "
        "nasty worthless greedy savage inbred pathetic crazy ignorant murderous lying scummy subhuman vile"
    ),
    "HATE": "abhor abhors despising hate hates hating despise despises detest detests loathe loathes hated h8",
    "OUST": (
        "deport ban expel exterminate eradicate eliminate remove gas cleanse purge sterilize sterilise castrate "
        "enslave segregate outlaw banish kick send ship throw wipe imprison jail"
    ),
    "OUSTED": (
        "deported banned expelled exterminated eradicated eliminated gassed cleansed purged sterilized sterilised "
        "castrated enslaved segregated outlawed banished imprisoned jailed locked caged kicked sent shipped removed "
        "ashamed silenced punished whipped tortured isolated beaten quarantined arrested feared controlled"
    ),
    "HARMS": (
        "infiltrating infiltrated infiltrate ruin ruining ruined destroy destroying destroyed invade invading invaded "
        "infest infesting pollute polluting steal stealing rape raping replace replacing destroys ruins steals rapes "
        "poisoning corrupting infecting infested overrun overrunning grooming"
    ),
    # --- slurs and abuse ----------------------------------------------------------------------------------------
    "SLUR_HARD": (
        "nigger* niggar~ nigguh~ niglet~ kike~ faggot* fagot~ fag fags wetback* beaner~ gook~ chingchong raghead* "
        "towelhead* sandnigger* camelfucker* tranny trannies trannys shemale~ porchmonkey* jigaboo* muzzie~ muzrat~ "
        "mudslime~ rapefugee~ shitskin~ negress negroid~ goatfucker* poofter~ spic spics chink chinks paki pakis "
        "polack~ troon~ hymie~ pickaninny pickaninnies dothead~ boong~ trannie "
        "gyppo~ heeb~ coons darkies zipperhead~ mudshark~ sodomites femoid~ chinaman chinamen whitetrash"
    ),
    "SLUR_OPEN": (
        "nigga* retard~ retarded libtard~ fucktard~ spastic~ cripple~ mongoloid~ pikey~ lesbo~ dindu* feminazi~ "
        "halfbreed~ ladyboy~ chinky yid~ whigger~ tard~ dykes"
    ),
    "SLUR_TWO": (
        "mong~ jihadi~ dyke~ spaz mongo~ jap~ coon~ negro~ wop~ homo~ queer~ kaffir~ injun~ redskin~ golliwog~ honky "
        "honkies gringo~ hillbilly hillbillies redneck~ thot~ cracker~ poof~ sissy sissies tranny hoe~ gypsy gypsies "
        "slag~ cripple~ abo~ fag~"
    ),
    "OBSCENE": (
        "cunt~ whore~ slut~ bitch~ bitch* motherfucker~ motherfuck* cocksucker~ cocksuck* asshole~ arsehole~ "
        "dickhead~ douchebag~ douche dumbass* "
        "jackass* shithead~ fuckface~ fuckwit~ dipshit~ twat~ wanker~ prick~ bastard~ scumbag~ skank~ hoe hoes fucker~ "
        "shitbag~ fuckhead~ asshat~ asswipe~ bellend~ tosser~ cumslut~ slag~ slags pussies ass faggot* shitstain~"
    ),
    "CRUDE": (
        "cunt~ whore~ slut~ bitch~ bitch* motherfucker~ motherfuck* cocksucker~ cocksuck* asshole~ arsehole~ "
        "dickhead~ douchebag~ dumbass* shithead~ "
        "fuckface~ fuckwit~ dipshit~ twat~ wanker~ skank~ fucker~ fuckhead~ asswipe~ cumslut~ shitstain~"
    ),
    "INSULT": (
        "idiot~ moron~ imbecile~ loser~ stupid dumb dumbass* fool~ clown~ coward~ pathetic worthless disgusting ugly "
        "scum trash garbage pig~ rat disgrace freak~ creep~ weirdo~ liar~ hypocrite~ bigot~ racist~ troll~ ignorant "
        "brainless dense delusional retarded psycho~ lunatic~ sicko~ pervert~ degenerate~ animal monster embarrassment "
        "joke vermin filth parasite~ lowlife~ scumbag~ simpleton~ halfwit~ dimwit~ nutjob~ ignoramus fatso fatass* "
        "crybaby snowflake~ incel~ useless insane crazy stupidity nonsense illiterate hag~ jerk~ jerkoff~ nutcase~ "
        "wimp~ dork~ cretin~ buffoon~ dolt~ blockhead~ crook~ traitor~"
    ),
    "LOUT": (
        "idiot~ moron~ imbecile~ loser~ dumbass* asshole~ dickhead~ scumbag~ bastard~ motherfuck* cocksuck* twat~ "
        "wanker~ prick~ retard~ hypocrite~ bigot~ liar~ coward~ lowlife~ dipshit~ jackass*"
    ),
    "SWEAR": "fuck* fucking fuckin shit shitty bullshit goddamn damn bloody fck fuk fkn effing",
    # --- violence -----------------------------------------------------------------------------------------------
    "KILL": (
        "kill+ murder+ slaughter+ exterminate+ lynch+ behead+ massacre+ annihilate+ torture+ stab+ strangle+ "
        "decapitate+ castrate+ mutilate+ dismember+ disembowel+ assassinate+ suffocate+ eviscerate+ unalive+"
    ),
    "KILL_ED": "slain",
    "SLAY": (
        "shoot+ hang+ burn+ gas+ drown+ execute+ choke+ skin+ nuke+ bomb+ crucify+ impale+ poison+ butcher+ shot hung "
        "hanged burnt burned crucified euthanized euthanised eliminated neutered crushed"
    ),
    "SLAY_ED": "shot hung hanged burnt burned crucified euthanized euthanised neutered crushed",
    "RAPE": "rape+ gangrape+ molest+ sodomize+",
    "HURT": (
        "hurt beat punch smash slap kick attack harm destroy crush break bash whip maim cripple smack knock pummel end "
        "finish slit cut gut hunt"
    ),
    "DIE": "die dies dead dying perish suffer rot bleed burn starve choke",
    "MISHAP": "cancer aids covid raped killed shot stabbed murdered hit beaten hurt tortured lynched molested",
    "HEAD": "head skull face brain brains throat neck teeth legs kneecaps jaw nose knees eyes bones guts",
    "PLACE": (
        "parliament courthouse library stadium theatre theater cathedral police capitol shelter mosque market house "
        "home family families car church synagogue temple school office store building city hospital mall embassy "
        "airport station clinic village town shop business apartment"
    ),
    "GORE": (
        "entrail~ disembowel* dismember* decapitat* mutilat* eviscerat* beheading~ beheaded gore gory bloodbath "
        "intestines corpse~ slaughtered massacred bloodied impaled carnage"
    ),
    "PEST": (
        "pest~ ant~ aphid~ weed~ slug~ snail~ mosquito~ fly flies bug~ roach~ cockroach~ mice mouse rodent~ rat rats "
        "termite~ wasp~ flea~ tick~ mite~ germ~ bacteria bacterium virus viruses mold mould mildew fungus fungi fungal "
        "moss algae grub~ beetle~ insect~ larvae moth~ vermin zombie~ enemies odor~ odour~ spider~ pathogen~ microbe~ "
        "weevil~ whitefly nematode~ lice nits cells plant~ lawn soil spray~ deer elk hog~ hunt hunting hunter~ duck~ "
        "turkey~ coyote~ gopher~ mole~ boar~ squirrel~ fish crop~ seedling~"
    ),
    "THING": (
        "portrait~ picture~ photo~ camera curtain~ candle~ wick~ hook~ frame~ wood log~ yarn wax incense basket~ "
        "planter~ chair~ chocolate cocoa bath fizzy lavender recipe glaze oven calories coats clothes wreath~ "
        "ornament~ lights laundry steel leather garden paint shelf shelves bulb~ fabric print~ egg~ meat beef chicken "
        "fish frosting"
    ),
    "STORY": (
        "game games gamer gameplay level levels leaderboard player players character characters zombie zombies xbox "
        "playstation thriller film movie plot scene scenes novel mission quest episode season horror sequel director "
        "villain hero heroine protagonist"
    ),
    "EDGE": (
        "kitchen knife knives slicer lid lids grater mandoline shaving shave shaver shaved cook cooking chopping "
        "packaging product sharpener sharpening oven stove opener workout lifting gym ladder peeler vegetables "
        "vegetable"
    ),
    "CRIME": (
        "block blocks blocking parental arrest arrested charged charges convicted conviction court jury judge police "
        "prosecutors prosecutor sentenced jail prison guilty accused alleged allegedly allegations investigation "
        "investigators abuse offender offenders trafficking exploitation victims victim prevention prevent protect "
        "lawsuit pleaded indicted detectives fbi removes removing safeguarding hotline filters iwf ceop nspcc"
    ),
    "FOLK": (
        "cyclist~ pilot~ vegetarian~ vegan~ gardener~ capitalist~ communist~ scientist~ executive~ thief thieves nazi~ "
        "racist~ sexist~ fascist~ terrorist~ rapist~ criminal~ accountant~ chef~ farmer~ broker~ academic~ economist~ "
        "referee~ athlete~ celebrity celebrities singer~ influencer~ billionaire~ shareholder~ smoker~ opponent~ "
        "manager~ motorist~ footballer~ butcher~ baker~ lady ladies gentleman gentlemen granddad~ cashier~ customer~ "
        "client~ employee~ staff landlord~ landlady tenant~ nan gran granny grandma grandpa grandparent~ woman women "
        "girl~ boy~ men pensioner~ passenger~ driver~ waiter~ waitress waitresses shopkeeper~ worker~ clerk~ guard~ "
        "roommate~ flatmate~ housemate~ spouse~ partner~ relative~ grandchild grandchildren mayor~ minister~ tourist~ "
        "beggar~ homeless people pupil~ toddler~ lawyer~ banker~ postman priest~ imam~ rabbi~ pastor~ councillor~ mp "
        "mps everyone everybody anyone anybody someone somebody bystander~ worshipper~ shopper~ witness witnesses "
        "complainer~ debtor~ stepson~ uncle~ aunt~ grandmother~ grandfather~ neighbourhood bully bullies"
    ),
    "DEADLY": (
        "kill murder lynch behead stab strangle decapitate dismember assassinate suffocate unalive poison drown "
        "throttle execute electrocute bludgeon exterminate shank disembowel castrate gas"
    ),
    "BASH": (
        "beat hit slap punch kick whip thrash bash pummel batter flog cane choke attack hurt harm assault headbutt "
        "torture slaughter massacre kidnap"
    ),
    "HARMED": (
        "killed shot stabbed beaten hanged hung murdered executed lynched raped slaughtered whipped flogged gassed "
        "beheaded tortured strangled massacred butchered maimed crucified exterminated"
    ),
    "PET": "dog~ cat~ puppy puppies kitten~ pet~ pony ponies horse~",
    "LATER": (
        "tonight slowly quickly dead first hard harder badly senseless bloody black blue daily soon already next "
        "silently monday tuesday wednesday thursday friday saturday sunday christmas who or regularly often "
        "unconscious properly whenever screaming laughing brutally fast"
    ),
    "LEAD": "please just and then now go so always should must simply either also come secretly",
    "WEAPON": (
        "gun~ rifle~ bomb~ machete~ grenade~ pistol~ shotgun~ explosive~ molotov~ handgun~ revolver~ firearm~ dynamite "
        "ar15 ak47"
    ),
    "BLADE": "knife knives axe~ hatchet~ sword~ dagger~ acid petrol gasoline",
    "CROWD": (
        "school~ church churches office~ mosque~ crowd~ synagogue~ temple~ mall~ airport~ stadium~ concert~ university "
        "college~ classroom~ hospital~ parade~ rally nightclub~ assembly class parliament work"
    ),
    "PILL": "pill~ tablet~ painkiller~ paracetamol tylenol ibuprofen aspirin xanax codeine meds capsule~",
    "VIDS": (
        "video~ vid~ pic~ photo~ picture~ clip~ image~ selfie~ footage content gallery galleries webcam~ cam~ film~ "
        "movie~ download~"
    ),
    "GAME": (
        "duty fortnite minecraft gta battlefield shooter warcraft console multiplayer game games gamer gamers xbox "
        "playstation nintendo leaderboard level levels player players paintball laser stealth"
    ),
    "SPORT": (
        "quiz quizzes score scores race races play playing plays win wins winner winning prize prizes chess golf cards "
        "tournament match league puzzle puzzles tennis scrabble trivia monopoly uno karting bowling snooker darts "
        "squash badminton football rugby cricket opponent rival rivals"
    ),
    "TALE": (
        "films movies novels books thriller film movie novel episode sequel villain heroine protagonist zombie zombies "
        "character characters plot comedy author paperback bestseller bestselling documentary detective mystery "
        "screenplay tv"
    ),
    "PHOTO": (
        "camera cameras lens lenses photographer photographers photography portrait portraits photoshoot tripod canon "
        "nikon wedding studio 4k selfie drone megapixel iphone photos"
    ),
    "REPORT": (
        "police court officials official warned warns war flood floods earthquake storm experts study statistics "
        "estimates estimated according suspect suspects reported reports report troops airstrike airstrikes hurricane "
        "pandemic disease vaccine army ceasefire bbc reuters prosecutors forecast un nations historians century 1930s "
        "1940s regime nazi charity campaigners researchers alarm alarms detector detectors monoxide"
    ),
    # --- self-harm ----------------------------------------------------------------------------------------------
    "MYSELF": "myself meself",
    "YOURSELF": "yourself yourselves urself yoself",
    "SELVES": "myself yourself yourselves themselves himself herself oneself urself ourselves",
    "SUICIDE": "suicide~ suicidal",
    "MEANS": "bridge cliff roof building pills overdose rope noose gun razor blade train bleach traffic balcony window",
    "GLOOM": (
        "depressed depression depressing hopeless worthless alone lonely loneliness pain suffering anymore cry crying "
        "meds medication therapist therapy hurt hurts die dying dead death suicide suicidal empty numb burden failure "
        "scared anxiety ptsd bipolar abused abuse miserable hate hated useless pathetic ashamed goodbye sorry sleep "
        "tired exhausted struggling trapped nothing nobody broken lost razor pills overdose cutting scars hospital "
        "unbearable"
    ),
    "HELP": (
        "prevention prevent preventing hotline helpline lifeline crisis support awareness counselor counsellor "
        "counselling counseling therapist therapy resources resource charity charities foundation samaritans 988 "
        "survivors survivor reach treatment fundraiser nonprofit squad research study rates"
    ),
    # --- sexual -------------------------------------------------------------------------------------------------
    "XACT": (
        "blowjob~ handjob~ cumshot~ creampie~ gangbang* deepthroat* bukkake creampied creampies rimjob~ titfuck* "
        "facefuck* cumslut~ jizz cumming milf~ porn porno pornhub pornstar~ pornographic hentai camgirl~ nympho* "
        "masturbat* ejaculat* fellatio cunnilingus clit clits clitoris horny orgy orgies threesome~ buttplug~ dildo~ "
        "fingerfuck* assfuck* onlyfans titties titty pussy pussies bareback doggystyle cuckold* facesitting pegging "
        "precum cunt cunts slutty fuckable fucktoy~ sexting sext hardon boner~ orgasm~ gloryhole* strapon upskirt~ "
        "blowjobs fisting squirting cocksucking nudes hotwife jerkoff"
    ),
    "XOVERT": (
        "creampied creampies clit clits clitoris horny nympho* masturbat* ejaculat* orgasm~ orgies "
        "doggystyle strapon hotwife fisting sext titty pussies blowjobs cocksucking boner~ hardon erotica"
    ),
    "XFLESH": "breast breasts boobs boob crotch shaft cum semen testicles genitals labia manhood wetness slit nipples",
    "XDARE": "cock cocks pussy clit tits titties hardon boner erection cum penis vagina",
    "XTOUCH": (
        "touch touches touched touching hold grab grabs grabbed grabbing show shows showed see feel feels play worship "
        "stroke strokes stroked stroking expose exposed"
    ),
    "XPART": (
        "cock~ dick~ tit tits penis penises vagina vaginas vaginal pussy pussies ass asses cunt~ boobs boob nipple~ "
        "clit balls anus asshole butthole crotch breasts breast hardon erection shaft cum semen testicles genitals "
        "labia boner prick arse load booty panties butt manhood wetness slit"
    ),
    "XCORE": (
        "cock~ dick~ pussy pussies cunt~ clit clits tits titties nipple~ penis penises vagina vaginas vaginal asshole "
        "anus boner~ hardon cum erection testicles"
    ),
    "XDO": (
        "suck+ lick+ ride riding fuck fucked fucking fucks swallow+ stroke+ stroking pound+ thrust+ rub+ finger+ jerk+ "
        "spank+ grope+ fondle+ penetrate+ eat+ taste+ tease+ squeeze+ kiss+ caress+ grind+ hump+ bang+ banged screw+ "
        "sucking milked"
    ),
    "XHOT": "wet hard throbbing swollen dripping tight naked nude erect aching juicy stiff shaved bare moist soaked",
    "SENSUAL": (
        "moaned moaning moans nipple~ undressed undressing aroused arousal orgasmic crotch cum semen straddle "
        "straddled straddling penis penises vagina vaginas vaginal genital* erotic* wetness fondle fondled fondles "
        "fondling fetish* kinky throbbed"
    ),
    "HINT": (
        "thrust thrusts thrusting throbbing naked nude panties breast~ bosom thigh~ climax climaxed erect lust lustful "
        "seduce seduced seductive gasped gasping tongue penetrate penetrated penetration stroked stroking caressed "
        "caress lube stripper~ topless sexy sex sexual hips kissed groaned nibbled sucked sucking licked licking wet "
        "hard bed lips moan ass soaked begged knees mouth shaft exploded orgasms oral anal strangers virgin squirted "
        "tits horny intimate pleasure bra groin desire"
    ),
    "SEXED": "ed education educational health therapist therapy life chromosome offender offenders discrimination",
    "MINOR": (
        "child children minor minors underage preteen~ toddler~ infant~ schoolgirl~ schoolboy~ loli lolita* shota kid "
        "kids prepubescent pedo pedos pedophile pedophiles pedophilia paedo paedos paedophile paedophiles paedophilia "
        "kindergartener~ preschooler~ kiddie jailbait tween~ teen teenage stepdaughter~"
    ),
    "YOUNG": "little young underage preteen teenage teen minor",
    "GIRL": "girl~ boy~ daughter~ son~ sister~ niece~ nephew~ cousin~",
    "AGE": (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen 2 3 4 "
        "5 6 7 8 9 10 11 12 13 14 15 16 17"
    ),
    "YOFORM": "5yo 6yo 7yo 8yo 9yo 10yo 11yo 12yo 13yo 14yo 15yo 16yo 17yo 12yr 13yr 14yr 15yr 16yr 17yr",
    # --- what is done to people, in any form ------------------------------------------------------------------------
    "BRUTE": (
        "kill+ murder+ slaughter+ exterminate+ lynch+ behead+ massacre+ annihilate+ torture+ stab+ strangle+ "
        "decapitate+ castrate+ mutilate+ dismember+ disembowel+ assassinate+ suffocate+ eviscerate+ electrocute+ "
        "bludgeon+ maim+ butcher+ drown+ poison+ obliterate+ euthanize+ euthanise+ slay+ eradicate+ throttle+ bayonet+ "
        "waterboard+ impale+ crucify+ disfigure+"
    ),
    "ROUGH": (
        "shoot+ hang+ burn+ gas+ execute+ choke+ attack+ assault+ beat+ punch+ hit+ slap+ kick+ hurt+ harm+ smash+ "
        "crush+ bash+ whip+ batter+ gut+ eliminate+ liquidate+ terminate+ snipe+ ambush+ kidnap+ abduct+ overpower+ "
        "knife+ chop+ carve+ break+ shatter+ slash+ bomb+ hammer+ thrash+ trample+ stomp+ pummel+ flog+ ram+ crack+ "
        "hack+ rip+ tear+ saw+ cut+ sever+ snap+ twist+ hunt+ injure+ wound+ scald+ stone+ headbutt+ hitting cutting "
        "beating ripping chopping shooting stabbing"
    ),
    "SOMEBODY": "someone somebody anyone anybody everyone everybody people humans human him them whoever",
    "LIMB": (
        "head heads skull skulls face faces neck necks throat throats spine spines sternum ribs leg legs arm arms hand "
        "hands finger fingers knee knees kneecaps kneecap jaw nose eyes bones kidney kidneys artery arteries vein "
        "veins wrist wrists chest stomach teeth brains limbs thighs"
    ),
    "TOOL": (
        "spoon~ stick~ cane~ spatula~ poker~ hammer~ knife knives axe~ hatchet~ bat~ brick~ bottle~ gun~ rifle~ "
        "pistol~ sword~ machete~ crowbar~ acid petrol chainsaw~ blade~ razor~ scissors rope~ belt~ car truck van"
    ),
    "SPILL": "spray~ spraying sprayed spurt+ gush+ splatter+ spill+ pour+ ooze+ pool+ drip+ splash+ spatter+ spilled",
    "DREG": (
        "hypocrites molesters scum vermin filth trash garbage refuse dirt rubbish parasite~ cockroach~ rat rats pig "
        "pigs dog dogs animals savages subhuman* leech~ maggot~ swine degenerate~ pest pests lice barbarian~ beasts "
        "monkeys apes thieves criminals rapists terrorists murderers liars scumbag~ perverts pedophiles paedophiles "
        "whores sluts idiots morons retards invaders thugs freaks waste turds scroungers accomplices enemies enemy "
        "traitors freeloaders cattle mongrels plague burden drain moochers imbeciles cretins menace problem problems "
        "threat danger"
    ),
    "MOSTLY": (
        "child absolute complete total utter common worthless human filthy dirty stupid dumb disgusting born natural "
        "pure real nasty lazy violent dangerous greedy evil vile little massive perverted illegal ungrateful entitled "
        "ugly fat smelly brainwashed potential future walking living barely hardly uneducated mindless genetic "
        "freaking fucking sick absolutely dishonest heartless low mere big biggest main serious growing huge greatest "
        "worst"
    ),
    "GENITAL": (
        "penis penises genitalia genitals dick~ cock~ boner~ vagina vaginas vaginal pussy cunt~ clit erection~ privates"
    ),
    "LEGAL": (
        "illegal legal decriminalised decriminalized legalised legalized allowed encouraged mandatory crime criminal"
    ),
    "RAGE": "sick angry furious rage vomit puke nauseous mad gag cringe disgusted anger",
    "SCORN": "scorn contempt hatred disdain disgust loathing revulsion hate",
    "CREED": "islam judaism christianity hinduism quran koran torah talmud sharia islamism homosexuality",
    "POISON": (
        "war totalitarian enslavement oppression cult cancer poison evil violent violence terror terrorism murder rape "
        "hatred hate destructive toxic barbaric dangerous disease conquest hateful backward intolerant filth plague "
        "savage savages sickness perversion abomination sin"
    ),
    "WORST": (
        "stupidest dumbest laziest ugliest dirtiest filthiest dullest greediest worst vilest cruellest nastiest "
        "evilest meanest smelliest cheapest weakest"
    ),
    "TREATED": (
        "opposite far treated called considered portrayed compared depicted viewed regarded seen labelled labeled "
        "described tired often being stereotyped sick"
    ),
    "TRADE": (
        "landlord~ banker~ lawyer~ doctor~ driver~ worker~ customer~ teacher~ politician~ boss bosses merchant~ "
        "shopkeeper~ neighbour~ neighbor~"
    ),
    "BAREPART": "breast~ boob~ nipple~ tit tits titties pussy pussies clit cock cocks dick dicks balls ass thighs cunt",
    "UNDIES": "panties knickers thong underwear bra boxers lingerie briefs",
    "WENCH": (
        "girl~ woman women wife wives teen~ babe~ milf~ model~ teacher~ secretary secretaries stepsister~ stepmom~ "
        "mom~ slut~ whore~ bitch~ nurse~ schoolgirl~ housewife housewives maid~ stranger~ hooker~ escort~ virgin~ "
        "single~ hostess~ masseuse~"
    ),
    "XRAW": (
        "blowjob~ handjob~ cumshot~ creampie~ gangbang* deepthroat* bukkake rimjob~ titfuck* facefuck* cumslut~ jizz "
        "porn porno pornhub pornstar~ pornographic pornography hentai camgirl~ masturbat* fellatio cunnilingus "
        "fingerfuck* assfuck* gloryhole* upskirt~ fuckable fucktoy~ sexting hardon cocksucking titties pussies dildo~ "
        "buttplug~ cumming facesitting precum milf~"
    ),
    "SLUR_PLAIN": (
        "retard~ retarded libtard~ fucktard~ mongoloid~ pikey~ lesbo~ dindu* feminazi~ halfbreed~ chinky yid~ whigger~ "
        "tard~ nigga* gypo~ coolie~ sambo~ wog~ golliwog~ muzzie~"
    ),
    "SLUR_NOUN": "coon~ mong~ jihadi~ dyke~ cripple~ spastic~ jap~ yid~ whore~ slut~ cunt~ bitch bitches",
    "BABYCARE": "baby babies infant newborn nursing breastfeeding latch midwife pump lactation mother",
    "MURDERS": (
        "massacre~ genocide~ holocaust shooting~ bombing~ killing~ murder~ lynching~ pogrom~ beheading~ slaughter "
        "execution~ assassination~ stabbing~ atrocity atrocities rape~ terrorism hiroshima auschwitz srebrenica"
    ),
    "MURDERER": (
        "shooter~ gunman gunmen murderer~ terrorist~ bomber~ attacker~ killer~ hitler nazis assassin~ isis hamas "
        "rapist~ jihadist~ himmler stalin"
    ),
    "LAUDED": (
        "justified deserved glorious beautiful funny hilarious necessary heroic awesome fun blessing overdue wonderful "
        "brilliant magnificent legitimate righteous noble amazing excellent fantastic"
    ),
    "WRONG": (
        "wrong racist hateful offensive unacceptable disgusting bigoted bigotry homophobic sexist antisemitic "
        "islamophobic ignorant false myth lie stereotype bullshit ridiculous prejudice discrimination transphobic "
        "racism hate sexism homophobia misogyny misogynistic xenophobic"
    ),
}

# Words looked for even where a gap, a hyphen or a dot has been put into them.
STRONG: Final = ("SLUR_HARD", "SLUR_PLAIN", "CRUDE", "SWEAR", "KILL", "SUICIDE", "XACT", "XRAW", "RAPE", "HATE")

MASKED: Final = [
    "fuck",
    "fucking",
    "fucked",
    "fucker",
    "motherfucker",
    "shit",
    "bullshit",
    "bitch",
    "bitches",
    "nigger",
    "niggers",
    "nigga",
    "niggas",
    "faggot",
    "faggots",
    "cunt",
    "cunts",
    "asshole",
    "assholes",
    "whore",
    "whores",
    "slut",
    "sluts",
    "dick",
    "cock",
    "pussy",
    "rape",
    "raped",
    "kill",
    "killed",
    "suicide",
    "porn",
    "sex",
    "retard",
    "retarded",
    "kike",
    "dyke",
    "spic",
    "ass",
    "tits",
    "blowjob",
    "bastard",
]

PARTS: Final[dict[str, str]] = {
    "BY": "ADV? ADV? ADV?",
    "DISABLED": "people|person|children|kids|folks with ..1 ABLE",
    "ETHNIC": "GN_S | GX | GADJ PEOPLE | {DISABLED} | people of color|colour|faith",
    "GROUP": "{ETHNIC} | GW",
    "BEING": "ONE | {GROUP} | DET? BARB? HUMAN|HUMAN_S|GN",
    "INTENT": (
        "i|we {BY} WILL {BY} | ill {BY} | ^ going to {BY} | i|we am|are {BY} going|coming|ready|planning|gunna to {BY} "
        "| i|we {BY} want|plan|intend|need|hope|vow|promise|swear|dream|desire|long to {BY} | i|we WILL {BY} love|like|"
        "enjoy to {BY} | i|we can not wait to {BY} | i am finna|gon|bouta {BY} | i|we WILL have to {BY}"
    ),
    "MUST": "should|must {BY} | ought|need|needs|deserve|deserves|has|have|gotta to {BY} | deserve|deserves {BY}",
    "TODIE": (
        "die | suffer | rot | burn|hang !them|it|the|a|your|for|out|calories|up | be {BY} KILL_ED|SLAY_ED|RAPE_ED | "
        "get {BY} KILL_ED|SLAY_ED|RAPE_ED | go extinct"
    ),
    "LETSUS": (
        "let us go? {BY} | ^ please {BY} | ^ go {BY} | we|someone|somebody {MUST} | you should|must {BY} | time to "
        "{BY} | it is time to {BY} | i say {BY} | ^ just {BY} | we WILL {BY}"
    ),
    "SELFKILL": (
        "KILL|unalive|hang|shoot|drown|off|poison|end|cut|hurt|harm|electrocute|stab|punish SELVES | commit|committing "
        "..1 SUICIDE | end my|your|our|this own? life|lives|existence | take my|your own life | slit my|your wrists|"
        "throat|wrist | blow my|your brains out | jump|leap ..1 off|from|into ..2 bridge|cliff|roof|building|balcony|"
        "window|traffic | jump in front of | overdose | swallow ..3 pills"
    ),
    "SELFKILLING": (
        "KILL_ING|hanging|shooting|drowning|ending|cutting|hurting|harming|offing SELVES | ending my|it ..1 life|all | "
        "taking my own life | committing ..1 SUICIDE | self harming | slitting my wrists | overdosing | jumping off|"
        "from|into ..2 MEANS | jumping in front of"
    ),
    "PERSON": "HUMAN|HUMAN_S|FOLK|FOLK_S",
    "VICTIM": "SOMEBODY | {FEW} ..1 {PERSON} | {GROUP}",
    "MEMBER": "GN|SOLE | GADJ person|man|woman|guy|kid|boy|girl|child",
    "BRUTALLY": "BRUTE|BRUTE_ING",
    "ROUGHLY": "ROUGH|ROUGH_ING",
    "ASK": (
        "how|where|what|which|ways|way|best|method|methods|plan|steps|process|tips|guide|tutorial|tell|place|spot|"
        "instructions|give"
    ),
    "THEY": "{GROUP} ( like|who|which|that you|this|them|him|her|these? )? ( who|that )? {BY}",
    "DONE": "( $ !at|in|to|on|with|from|by|over|off|up|out|a|an|for|of|into|you|i|we | LATER )",
    "DOOM": "( $ !at|in|to|from|over|off|up|out|of|into|a|an | LATER )",
    "FEW": "your|the|my|his|her|our|their|a|an|that|this|those|these|all|every|any",
    "RACE": (
        "GN_S | GX | black|white|brown|asian|african|mexican|chinese|japanese|korean|indian|arab|arabic|jewish|islamic|"
        "latino|hispanic|gay|lesbian|trans|transgender|queer|muslim|christian|catholic|hindu|sikh|nigerian|somali|"
        "pakistani|polish|romanian|roma|gypsy|immigrant|refugee PEOPLE"
    ),
    "PUTOUT": (
        "driven|thrown|kicked|kept|forced|chased|hounded|pushed|run|hunted|dragged ..2 out|away|off|from|down | barred|"
        "excluded|refused|denied|rounded|turned away|up|from|entry|service|out"
    ),
    "HURTS": (
        "get|gets {BY} hurt|HARMED | WILL|going|gonna ..2 ( be|get {BY} hurt|harmed|HARMED | suffer !from | die | "
        "bleed | pay !more|full|the|a|extra|less|at|in|just|only|no|nothing|double|twice|for $ | pay for this|it | be "
        "next !to|in|on|door|up|day ) | suffers|dies|bleeds !from | pays ( $ !more|full|the|a|extra|less|at|in|just|"
        "only|for|no ) | is|are dead | is|are next !to|in|on|door|up|day"
    ),
    "NUDE": "uncensored|nude|nudes|naked|xxx|nsfw|explicit|topless|undressed|hardcore|unclothed",
    "KID": (
        "MINOR|MINOR_S | YOUNG GIRL|GIRL_S | AGE year|years|yr|yrs old|olds | AGE yo | YOFORM | aged AGE | barely "
        "legal | YOFORM"
    ),
}
