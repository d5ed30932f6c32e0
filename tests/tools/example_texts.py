"""What the invented organisation posts, topic by topic in the order of time: texts by channel, and their picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One thing to tell: the texts by channel, the description of its picture, and what kind of post it is."""

    posts: Mapping[str, str]
    picture: str
    link: str = ""
    campaign: bool = False
    paid: bool = False
    risk: str = ""


SHOP = "https://www.larkfell.example"


def topic(
    picture: str, short: str = "", long: str = "", link: str = "", *, to: str = "", kind: str = "", **other: str
) -> Topic:
    """`short` goes to X and Bluesky, `long` to Facebook and Instagram, unless `to` names the channels of `long`."""
    posts = dict.fromkeys(("X", "Bluesky"), short) if short else {}
    if long:
        posts |= dict.fromkeys(to.split(", ") if to else ("Facebook", "Instagram"), long)
    posts |= {name.replace("_", " "): text for name, text in other.items()}
    return Topic(posts, picture, link, "campaign" in kind, "paid" in kind, "claim" if "claim" in kind else "")


TOPICS = [
    topic(
        "A row of boots drying on a stone wall in low sun",
        "First frost on the tops this morning. Gaiters are back by the door.",
        "First frost on the tops this morning. What is the first thing you put back in your pack when it turns cold?",
    ),
    topic(
        "Hands brushing wax into the seam of a brown leather boot",
        "Ten minutes of wax now saves a pair of boots in January. How we do it:",
        "Wax, a soft brush and ten minutes. Start at the seams, leave it overnight, polish in the morning.",
        f"{SHOP}/care/boots",
        YouTube="How to wax leather boots before winter: the seams first, then the toe, then a night of rest.",
    ),
    topic(
        "A jacket on a workbench with its torn cuff pinned for repair",
        "",
        "This cuff met a barbed wire fence on Kinder. Twenty minutes and a patch, and it is back on the hill on Friday.",
        to="Instagram Repairs",
        LinkedIn="Our workshop repaired 1,140 jackets this summer. Most needed less than an hour. We are looking for a "
        "sixth pair of hands.",
    ),
    topic(
        "The new shop front in Keswick with people queueing outside",
        "Doors open in Keswick on Saturday at ten. Bring your old boots; the cobbler is here all day.",
        "Doors open in Keswick on Saturday at ten. Bring your old boots: our cobbler is here all day and looks at every "
        "pair.",
        f"{SHOP}/shops/keswick",
    ),
    topic(
        "A walker crossing a wooden bridge in thin fog",
        "Fog on the bridge at seven, sun on the ridge by nine.",
        "Seven in the morning on the old bridge. By nine we stood above the clouds.",
        to="Instagram, TikTok",
    ),
    topic(
        "A table with three layers of clothing laid out in order",
        "",
        "Three layers, laid out in the order you put them on. Save this pin for the first cold weekend.",
        f"{SHOP}/care/layers",
        to="Pinterest",
        Facebook="Three layers beat one thick one. Here is what our shop team wears when the forecast says four degrees.",
    ),
    topic(
        "Two colleagues in the sample room holding a half-finished jacket",
        "",
        "Jess has cut patterns here for nineteen years. This week she shows an apprentice how a hood is made to turn with "
        "the head.",
        to="LinkedIn",
        TikTok="A hood that turns with your head is three pieces of cloth and nineteen years of practice.",
    ),
    topic(
        "A bus stop below a fell with rucksacks on the bench",
        "You can reach eleven of our favourite walks by bus. The list, with times:",
        "Eleven walks that begin at a bus stop. Times, lengths and where to find tea are on our page.",
        f"{SHOP}/walks/by-bus",
    ),
    topic(
        "Close view of a boot sole with a worn heel",
        "",
        "When the heel looks like this it is time for a new sole, not for new boots.",
        to="Instagram Repairs, Pinterest",
        YouTube="When does a boot need a new sole? Four signs, shown on pairs that came in this week.",
    ),
    topic(
        "A group of volunteers with litter pickers on a hillside",
        "41 people, 63 bags, one very old kettle. Thank you for coming to the clean-up on Sunday.",
        "41 people, 63 bags and one very old kettle. Thank you for coming to the clean-up on Sunday, and to the farm for "
        "the soup.",
    ),
    topic(
        "A measuring jug beside a jacket sleeve with water running off",
        "",
        "We tested the shell for 24 hours in the rain room. The sleeve stayed dry; the zip let in four drops, and we have "
        "changed it since.",
        f"{SHOP}/materials/shell",
        kind="claim",
        to="Facebook, LinkedIn",
    ),
    topic(
        "A child in a red jacket jumping into a puddle",
        "Sizes for small people who find every puddle are back.",
        "Small sizes are back, for people who find every puddle.",
        f"{SHOP}/children",
    ),
    topic(
        "A cobbler at a bench with a row of lasts behind him",
        "",
        "Owen's bench on a Monday: eleven pairs, two mysteries, one dog lead.",
        to="Instagram Repairs, TikTok",
    ),
    topic(
        "A map and a head torch on a kitchen table",
        "Clocks change on Sunday. Put a torch in the pack today.",
        "The clocks change on Sunday and the dark comes an hour earlier. A torch weighs less than a sandwich.",
    ),
    topic(
        "The winter film crew on a snow-free ridge at dawn",
        "",
        "Behind the camera: how a crew of four carries a winter film up a hill without a car.",
        to="YouTube, LinkedIn",
        TikTok="Four people, one tripod, no car. This is how the winter film went up the hill.",
    ),
    topic(
        "A wall of customer pictures pinned to cork",
        "Your pictures from October, pinned up in the workshop. Thank you.",
        "Your pictures from October are on the wall in the workshop. Thank you for letting us hang them.",
    ),
    topic(
        "A thermos and two cups on a flat rock above a valley",
        "",
        "Tea at the top. Where is your favourite flat rock?",
        to="Instagram, Facebook, Pinterest",
    ),
    topic(
        "Hands threading a needle under a lamp",
        "",
        "A loose seam is a five-minute job if you catch it early. Bring it in before it is a sleeve.",
        to="Instagram Repairs",
        X="A loose seam is five minutes' work if you catch it early.",
    ),
    topic(
        "A rescue team member checking a radio beside a Land Rover",
        "",
        "Every sale of the yellow hat gives two pounds to hill rescue this month.",
        f"{SHOP}/hill-rescue",
        kind="paid",
        to="Instagram, Facebook",
    ),
    topic(
        "Sheep blocking a lane in front of a delivery van",
        "Your parcel may be late. Reason attached.",
        "Your parcel may be a little late this morning. We asked nicely.",
    ),
    topic(
        "A paper bag with a repaired jacket on a shop counter",
        "All shops are open until seven on Thursdays from now until January.",
        "All our shops are open until seven on Thursdays from now until the end of January.",
        f"{SHOP}/shops",
    ),
    topic(
        "An apprentice and a pattern cutter leaning over a table",
        "",
        "Two apprentices start with us in February, one in cutting and one in repairs. The door is open until Christmas.",
        f"{SHOP}/work-here",
        to="LinkedIn, Facebook",
        TikTok="A day as an apprentice in our cutting room, in forty seconds.",
    ),
    topic(
        "A folded jacket made from a single fabric, seams visible",
        "The new shell is one fabric throughout, so it can become a shell again.",
        "One fabric, one thread, one zip family: the new shell can be taken apart and become a shell again.",
        f"{SHOP}/winter-trail",
        kind="campaign claim",
    ),
    topic(
        "A snowy path marked by a line of cairns",
        "Winter Trail arrives on 1 December. Here is where it was tested.",
        "Three winters, two ranges, one very patient dog. Winter Trail arrives on 1 December.",
        f"{SHOP}/winter-trail",
        kind="campaign",
        LinkedIn="Three winters of testing went into Winter Trail. Hanna Sørensen writes about what failed first.",
    ),
    topic(
        "The designer's sketchbook open at a page of boot soles",
        "",
        "Page 41 of the sketchbook, where the sole of the Winter Trail boot began.",
        kind="campaign",
        to="Instagram, Pinterest",
        TikTok="From page 41 of a sketchbook to a boot that holds on wet rock.",
    ),
    topic(
        "A shop assistant helping somebody to lace a boot",
        "",
        "A lace lock keeps your toes safe on the way down. Ask any of our shop teams to show you.",
        X="A lace lock for steep descents, shown in twenty seconds: https://bit.ly/lace-lock",
    ),
    topic(
        "Two walkers with trekking poles below a frozen waterfall",
        "",
        "Warm hands, dry feet, a plan for turning back. Our winter list for a first day on the hills.",
        f"{SHOP}/walks/winter-list",
        to="Facebook, Pinterest, LinkedIn",
    ),
    topic(
        "A close view of a boot's tread on wet slate",
        "On wet slate the new sole holds a third longer than our last one. How we measured it:",
        "On wet slate the new sole held a third longer than our last one. Our laboratory notes are on the page.",
        f"{SHOP}/winter-trail/sole",
        kind="campaign claim",
    ),
    topic(
        "A hill rescue volunteer wearing a yellow hat and smiling",
        "",
        "We walked with the night team and wore the yellow hat.",
        f"{SHOP}/hill-rescue",
        kind="paid",
        to="Instagram, TikTok",
    ),
    topic(
        "A queue of boots with numbered tags in the workshop",
        "",
        "The repair queue before the winter: nine days. We will tell you when it gets longer.",
        to="Instagram Repairs, Facebook",
        X="The repair queue is nine days at the moment.",
    ),
    topic(
        "An empty shop window with a covered display",
        "Something is under the cloth. Tuesday.",
        "Something is under the cloth. You can look on Tuesday.",
        kind="campaign",
    ),
    topic(
        "A jacket hood covered in frost",
        "Winter Trail, the film, is out. Seven minutes, no music.",
        "Winter Trail, the film: seven minutes of wind, boots and one dog.",
        f"{SHOP}/winter-trail/film",
        kind="campaign",
        YouTube="Winter Trail: seven minutes on a ridge in February, with natural sound.",
        LinkedIn="Our winter film has no music and no voice. Aoife Brennan on why that was harder.",
    ),
    topic(
        "The full Winter Trail set on wooden hooks",
        "Five pieces, made to be repaired. Winter Trail is here.",
        "Five pieces, made to be worn together and made to be repaired. Winter Trail is here.",
        f"{SHOP}/winter-trail",
        kind="campaign",
        Pinterest="The Winter Trail set on its hooks: shell, mid layer, trousers, boots and hat.",
        TikTok="Five pieces in fifteen seconds. Winter Trail is here.",
    ),
    topic(
        "Boots on a snowy doorstep beside a lantern",
        "",
        "Boots by the door, snow in the forecast. The Winter Trail boot is in all shops.",
        f"{SHOP}/winter-trail/boot",
        kind="campaign",
        Bluesky="Boots by the door, snow in the forecast. The Winter Trail boot is in all shops.",
        X="Boots by the door, snow in the forecast. From [add price] in all shops.",
    ),
    topic(
        "A worn jacket and its new twin side by side",
        "",
        "Bring the old one, take the new one, and the old one gets a second owner.",
        f"{SHOP}/second-owner",
        kind="campaign",
        to="Facebook, LinkedIn",
    ),
]
