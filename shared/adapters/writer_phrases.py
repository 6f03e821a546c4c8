"""What the template writer says in its own words: greetings, transitions, closings. No facts, no figures, no offers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["loyal", "lapsed", "new", "general"]


@dataclass(frozen=True)
class Voice:
    """How one tone sounds. Lists are alternatives, except ``asides``, ``remarks`` and ``extras``: those fill up.

    Own sentences hold no digits, hyphens or apostrophes, so that they have the same length however words are counted.
    In a titled subject ``~`` stands for the title of the passage that leads.
    """

    greetings: tuple[str, ...]
    openings: Mapping[Kind, tuple[str, ...]]
    asides: tuple[str, ...]
    lead_ins: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    invitations: tuple[str, ...]
    extras: tuple[str, ...]
    sign_offs: tuple[str, ...]
    titled_subjects: Mapping[Kind, tuple[str, ...]]
    plain_subjects: Mapping[Kind, tuple[str, ...]]
    preheaders: Mapping[Kind, tuple[str, ...]]
    calls_to_action: tuple[str, ...]
    leads_with_quote: bool = False


FRIENDLY = Voice(
    greetings=("Hi there,", "Hello there,"),
    openings={
        "loyal": (
            (
                "It is always a pleasure to write to someone who knows us well. We went through our notes and"
                " picked out a few things we think you will enjoy."
            ),
            (
                "You have been such good company that we wanted to share something from our desk. No fuss, simply"
                " a few notes that made us think of you."
            ),
        ),
        "lapsed": (
            (
                "It has been a while, and we have missed you around here. So we put the kettle on and gathered a"
                " few notes for you to catch up with."
            ),
            (
                "We were thinking of the people we have not heard from in a while, and you came to mind. Here is"
                " a little of what has been on our desk."
            ),
        ),
        "new": (
            (
                "Welcome in, it is lovely to have you with us. To help you find your feet, we gathered a few"
                " notes that should make things easier."
            ),
            (
                "We are so pleased that you found us. Think of this as a friendly tour, with someone beside you"
                " to point things out."
            ),
        ),
        "general": (
            (
                "We hope this finds you well, and with something warm to drink nearby. We gathered a few notes"
                " that we thought you might like."
            ),
            ("Every so often we come across things worth passing on. Pull up a chair and have a read with us."),
        ),
    },
    asides=(
        "Take what is useful and leave the rest for another day.",
        "You will find where each note comes from right beside it.",
        "Skip ahead to whatever catches your eye.",
    ),
    lead_ins=(
        ("Let us begin with this.", "Here is what caught our eye.", "This is the part we kept coming back to."),
        (
            "And while we are at it, there is this too.",
            "Here is something else we liked.",
            "We liked this note as well.",
        ),
        (
            "Then, to round things off, a little more.",
            "And a closing thought from our shelves.",
            "And something to finish with.",
        ),
    ),
    remarks=(
        "We thought that was well worth passing on.",
        "It is the sort of thing we would tell a friend over the garden fence.",
        "Keep it in your back pocket for when you need it.",
        "It always helps to hear these things in plain words.",
        "See what you make of it.",
        "We thought you would like to hear it from us.",
        "Small details like this can make choosing a little easier.",
        "It stayed with us, so we wrote it down for you.",
    ),
    invitations=(
        "When you have a quiet moment, come and have a look around.",
        "If any of this speaks to you, come and see the rest.",
        "Have a wander through the details whenever you like.",
    ),
    extras=(
        "Take all the time you need, and read at your own pace.",
        "Share it with someone who would enjoy it too.",
        "And if it is not quite for you this time, that is perfectly fine.",
        "We would love for you to find something that feels right at home.",
        "Thank you for reading this far, it means a lot to all of us.",
        "We wish you a gentle week and good company.",
        "Put a favourite song on, get comfortable, and see where it takes you.",
    ),
    sign_offs=("Warmly,", "With warm wishes,"),
    titled_subjects={
        "loyal": ("Picked for you: ~", "We thought of you: ~"),
        "lapsed": ("It has been a while: ~", "We have missed you: ~"),
        "new": ("Welcome in: ~", "A warm welcome: ~"),
        "general": ("A friendly note: ~", "Over a cup of tea: ~"),
    },
    plain_subjects={
        "loyal": ("A few notes we picked for you", "Something from our desk to yours"),
        "lapsed": ("It has been a while, come on in", "We have missed you around here"),
        "new": ("Welcome in, make yourself at home", "A friendly tour to get you settled"),
        "general": ("A few notes we think you will like", "Pull up a chair and have a read"),
    },
    preheaders={
        "loyal": ("Good things are better shared, so here are a few.", "A small selection with you in mind."),
        "lapsed": ("The kettle is on, and we saved you a seat.", "A little reading to catch up with."),
        "new": ("A few notes to help you find your way around.", "Come in and have a look around."),
        "general": ("A little reading for a quiet moment.", "Notes from our desk, passed on with care."),
    },
    calls_to_action=("Come and have a look", "Take a look around", "See what you think"),
)

INFORMATIONAL = Voice(
    greetings=("Hello,", "Good day,"),
    openings={
        "loyal": (
            (
                "You know our range well, so this message goes straight to the details. Each point below comes"
                " from our own notes and names its source."
            ),
            (
                "For someone who knows us well, facts serve better than a summary. Here is what our notes say,"
                " with the source beside each point."
            ),
        ),
        "lapsed": (
            (
                "It has been some time since we were last in touch, so here is a brief selection from our notes."
                " Each point names its source, so that you can read on."
            ),
            (
                "Since we last heard from you, some of our notes may have passed you by. The points below sum up"
                " what is useful to know, with sources."
            ),
        ),
        "new": (
            (
                "Welcome, and thank you for joining us. To help you find your bearings, here is what our notes"
                " say on the subjects that tend to come up at the start."
            ),
            (
                "Getting to know a shop takes a little reading. We have gathered the points that help at the"
                " beginning, each with its source."
            ),
        ),
        "general": (
            (
                "This message gathers a few points from our notes that may help you choose. Each of them names"
                " its source, so that you can read on."
            ),
            (
                "Good choices rest on good information. Below you will find some points from our notes, in their"
                " own words and with their sources."
            ),
        ),
    },
    asides=(
        "You can read them in any order.",
        "What follows is a selection, and the full text gives the context.",
        "Nothing needs to be decided as you read.",
    ),
    lead_ins=(
        ("The main point is this.", "We begin with the essentials.", "Here is a good place to begin."),
        (
            "Our notes also have this to say.",
            "The next point is worth knowing too.",
            "There is a further point to add.",
        ),
        (
            "Finally, there is this.",
            "To complete the picture, here is another detail.",
            "A closing point rounds this off.",
        ),
    ),
    remarks=(
        "This is useful to have at hand when you compare your options.",
        "Consider how it applies to your own plans before you decide.",
        "The source named here shows the passage in context.",
        "Knowing this beforehand makes the rest of the decision simpler.",
        "Details of this kind are easy to overlook and worth a moment of attention.",
        "Make a note of it if the question is likely to come up.",
        "It may matter more or less to you, depending on what you have in mind.",
        "We mention it here so that you have it from the source.",
    ),
    invitations=(
        "The complete details are set out on our pages.",
        "If you would like to read further, the full text is the place to go.",
        "For the wider context, turn to the sources themselves.",
    ),
    extras=(
        "Return to the points that matter to you and leave the others aside.",
        "Compare the notes above with what you know from experience.",
        "If a point does not concern you, leave it for another time.",
        "We hope that having the facts side by side makes for a clear choice.",
        "Thank you for taking the time to read this through.",
        "A careful reading often leads to a decision that lasts.",
        "Keep this message at hand for when the question comes up again.",
    ),
    sign_offs=("Kind regards,", "With kind regards,"),
    titled_subjects={
        "loyal": ("The details: ~", "In depth: ~"),
        "lapsed": ("Worth knowing again: ~", "From our notes: ~"),
        "new": ("Getting started: ~", "Good to know: ~"),
        "general": ("What to know: ~", "Explained: ~"),
    },
    plain_subjects={
        "loyal": ("The details, straight from our notes", "In depth, in the words of our notes"),
        "lapsed": ("A brief selection from our notes", "What is useful to know, in brief"),
        "new": ("Getting started, with help from our notes", "Good to know as you settle in"),
        "general": ("Points from our notes to help you choose", "Good information for good choices"),
    },
    preheaders={
        "loyal": ("The facts in full, each with its source.", "Details first, summary second."),
        "lapsed": ("A short read, with the source beside each point.", "What our notes say, in brief."),
        "new": ("The points that help at the beginning, with sources.", "A little reading to find your bearings."),
        "general": ("A few points from our notes, with their sources.", "What our notes say, in their own words."),
    },
    calls_to_action=("Read the details", "See the details", "Learn more"),
)

CALM = Voice(
    greetings=("Hello,",),
    openings={
        "loyal": (
            (
                "You know us well, so let us come straight to the point. Below is what matters for your next"
                " choice, with the source beside it."
            ),
            "You have no need of a long introduction from us. Here is what to know, and what you can do with it.",
        ),
        "lapsed": (
            (
                "It has been a while, so this message keeps to what matters. Please take a look and decide"
                " whether it is for you."
            ),
            (
                "We would like to have you back, and we will be direct about why. Here is what we think deserves"
                " your attention."
            ),
        ),
        "new": (
            "Welcome, and let us help you make a good start. Here is what to know before you choose, plainly put.",
            (
                "A good start is a matter of knowing a few things early. Here they are, so that you can act on"
                " them with confidence."
            ),
        ),
        "general": (
            "Let us come straight to the point. Here is what deserves your attention, with the source beside it.",
            (
                "This message has a plain purpose. It sets out what to know, so that you can decide and move on"
                " with your day."
            ),
        ),
    },
    asides=(
        "Read it through, then choose your next step.",
        "We have left out everything that can wait.",
        "Each point stands on its own.",
    ),
    lead_ins=(
        ("Start here.", "Here is the point to begin with.", "Please read this part with care."),
        ("Then consider this.", "Next, take this into account.", "There is something else to weigh."),
        ("And before you decide, this.", "To finish, please note this.", "Please bear this in mind as well."),
    ),
    remarks=(
        "If it applies to you, put it on your list.",
        "Consider what it means for your own plans.",
        "It is worth a note while you have it in front of you.",
        "Keep it in view when you make your choice.",
        "Check it against what you have in mind before you go on.",
        "That may be all you need to know to decide.",
        "We put it plainly, so that you can judge for yourself.",
        "If it is not for you, simply pass over it.",
    ),
    invitations=(
        "If this is for you, go ahead and take the next step.",
        "You have what you need to decide, so please take a look.",
        "Pick the point that concerns you and follow it up.",
    ),
    extras=(
        "A few minutes of your attention are all that we ask.",
        "Should you prefer to wait, nothing here obliges you to act.",
        "What you choose is up to you, and we will keep it simple.",
        "Thank you for giving this your attention.",
        "Set it aside if it does not concern you, with our thanks for reading.",
        "Clear decisions are easier to make when the facts are in view.",
        "We wrote this so that you can act on it without searching further.",
    ),
    sign_offs=("Kind regards,", "With regards,"),
    titled_subjects={
        "loyal": ("Straight to the point: ~", "Worth your attention: ~"),
        "lapsed": ("Please take a look: ~", "Worth coming back for: ~"),
        "new": ("Start here: ~", "Before you choose: ~"),
        "general": ("Please note: ~", "To the point: ~"),
    },
    plain_subjects={
        "loyal": ("Straight to the point, for your next choice", "Worth your attention"),
        "lapsed": ("Please take a look at this", "What deserves your attention"),
        "new": ("Start here, before you choose", "Make a good start with us"),
        "general": ("Please note what matters here", "Straight to the point"),
    },
    preheaders={
        "loyal": ("What matters for your next choice.", "No long introduction, simply the point."),
        "lapsed": ("What matters, plainly put.", "We will be direct about what you should know."),
        "new": ("What to know before you choose.", "A few things that help from the beginning."),
        "general": ("What to know, so that you can decide.", "A message with a plain purpose."),
    },
    calls_to_action=("Take the next step", "See what to do next", "Check the details"),
)

DEADLINE = replace(
    CALM,
    openings={
        "loyal": (
            "You know us well, so we put the timing at the top of this message. The rest will help you plan around it.",
            "We would rather tell you in good time than leave you to find out. What follows will help you plan.",
        ),
        "lapsed": (
            (
                "It has been a while, and we did not want this to pass you by. What follows will help you decide"
                " whether it is for you."
            ),
            "We would like to have you back, so we are telling you in good time. Here is what else to know.",
        ),
        "new": (
            "As you are settling in, we wanted you to have the timing in good time. The rest will help you plan.",
            "Welcome, and please forgive the direct beginning. We would rather you knew about the timing early.",
        ),
        "general": (
            "We put the timing at the top so that you can plan around it. The rest of this message helps with that.",
            "We are telling you in good time, so that the choice stays yours. Here is what else to know.",
        ),
    },
    lead_ins=(
        ("Please take note of this date.", "There is a date to keep in mind.", "Please plan with this date in view."),
        *CALM.lead_ins[1:],
    ),
    titled_subjects={
        "loyal": ("Please note the date: ~", "In good time for you: ~"),
        "lapsed": ("Before the date passes: ~", "A date you should know: ~"),
        "new": ("A date for your calendar: ~", "Good to know in time: ~"),
        "general": ("Mind the date: ~", "A date to plan for: ~"),
    },
    plain_subjects={
        "loyal": ("Please note this date in good time", "A date to plan around"),
        "lapsed": ("A date you should know about", "Please take note of this date"),
        "new": ("A date for your calendar", "Good to know in time"),
        "general": ("Please mind this date", "A date to plan for"),
    },
    preheaders=dict.fromkeys(
        CALM.preheaders, ("The timing comes first, the details follow.", "So that you can plan in good time.")
    ),
    leads_with_quote=True,
)

STOCK = replace(
    DEADLINE,
    openings={
        "loyal": (
            "You know us well, so we put availability at the top of this message. The rest will help you choose.",
            "We would rather tell you early than leave you to find out. What follows will help you choose.",
        ),
        "lapsed": (
            (
                "It has been a while, and we did not want this to pass you by. What follows will help you decide"
                " whether it is for you."
            ),
            "We would like to have you back, so we are telling you plainly. Here is what else to know.",
        ),
        "new": (
            "As you are settling in, we wanted you to know where things stand. The rest will help you choose.",
            "Welcome, and please forgive the direct beginning. We would rather you knew about availability early.",
        ),
        "general": (
            "We put availability at the top so that you can plan around it. The rest of this message helps with that.",
            "We are telling you plainly, so that the choice stays yours. Here is what else to know.",
        ),
    },
    lead_ins=(
        ("Please take note of what is in stock.", "There is a note on availability.", "This is where stock stands."),
        *CALM.lead_ins[1:],
    ),
    titled_subjects=dict.fromkeys(CALM.titled_subjects, ("On availability: ~", "A note on stock: ~")),
    plain_subjects={
        "loyal": ("A note on availability for you", "Please note what is in stock"),
        "lapsed": ("A note on availability", "Where our stock stands"),
        "new": ("Good to know: what is in stock", "A note on what is in stock"),
        "general": ("A note on what is available", "Please note what is in stock"),
    },
    preheaders=dict.fromkeys(
        CALM.preheaders, ("Availability comes first, the details follow.", "So that you know where things stand.")
    ),
)

SHORTEST_SUBJECT = "A note"
