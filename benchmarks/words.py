"""The words of generated notes, and the sentences that they stand in. All of them are made up here.

A few hundred lines make more sentences than any knowledge base has.
"""

from math import exp
from random import Random
from string import Formatter
from typing import TypeAlias

Sentence: TypeAlias = tuple[tuple[str, str], ...]


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split("|"))


# Each subject: things, qualities.
SUBJECTS = (
    (
        words(
            "garden bed seed root leaf soil compost mulch furrow trellis orchard hedge meadow greenhouse harvest onion leek"
            " carrot squash bean tomato pumpkin lettuce radish turnip parsnip cabbage spinach basil thyme rhubarb currant"
            " gooseberry pear plum quince blossom graft sapling nursery hoe rake spade barrow sieve bucket fleece cloche"
        ),
        words(
            "raised late early damp sandy heavy shallow rotted woody tender hardy bitter shaded sheltered frosty fertile"
            " crowded straight weedy bushy dormant spring autumn winter"
        ),
    ),
    (
        words(
            "workshop bench vice lathe chisel plane saw drill hinge dowel joint tenon mortise plank board beam glue clamp"
            " varnish grain shaving handle blade rasp file hammer mallet template drawer cabinet stool ladder shelf crate"
            " gauge square bolt washer rivet bracket spring pulley lever wedge jig"
        ),
        words(
            "sharp blunt seasoned crooked hardened polished warped narrow dovetailed folded spare oiled rusty splintered"
            " bevelled stacked wooden hollow loose rigid worn tapered curved painted"
        ),
    ),
    (
        words(
            "railway train carriage signal platform timetable locomotive boiler tender brake coupling switch junction tunnel"
            " viaduct embankment siding depot conductor ticket freight wagon axle buffer sleeper ballast gradient station"
            " turntable crossing whistle lantern shunter passenger fare branch terminus pantograph substation loop"
        ),
        words(
            "electric delayed northern southern express rural disused double single regional steep empty scheduled coastal"
            " overnight mixed suburban abandoned modern punctual slow connecting restored"
        ),
    ),
    (
        words(
            "bakery dough crust oven loaf flour yeast starter crumb peel proof kneading rye wheat spelt oat barley bran malt"
            " salt butter pastry tray tin rack basket slice batch recipe roll bun biscuit glaze filling custard tart mill"
            " millstone counter apron thermometer steam"
        ),
        words(
            "sour warm stiff wet crisp dark wholemeal slack folded chilled floured stale toasted salted sweet coarse rested"
            " airy dense braided golden overnight unbaked"
        ),
    ),
    (
        words(
            "harbour boat hull mast sail rudder keel anchor rope net pier tide current ferry cargo crane dock quay buoy"
            " lighthouse compass chart lantern crew captain pilot fisherman mooring plankton mussel oyster herring cod eel"
            " storm swell channel estuary dredger barge winch pump bilge"
        ),
        words(
            "rising calm salty leaking wooden inshore foggy moored flat deep shallow northerly loaded drifting anchored tidal"
            " sheltered muddy seaworthy tarred swift windward patched"
        ),
    ),
    (
        words(
            "apiary hive bee queen swarm comb honey wax frame smoker drone brood nectar pollen forage clover lime heather"
            " mite colony entrance feeder syrup veil glove extractor jar label market stall inspection nucleus skep"
            " supersedure winter cluster worker cell larva cappings"
        ),
        words(
            "strong weak gentle sealed capped empty crowded docile hungry queenless marked drawn wild sheltered healthy young"
            " old productive defensive insulated late vigorous"
        ),
    ),
    (
        words(
            "observatory telescope mirror lens star comet planet moon orbit eclipse spectrum filter mount dome camera"
            " exposure galaxy nebula meteor crater shadow horizon twilight aurora catalogue magnitude parallax sensor"
            " eyepiece tripod chart calendar cloud night survey archive reading calibration drift"
        ),
        words(
            "faint bright distant variable double dark clear cloudless tracked cooled narrow wide total partial lunar solar"
            " southern reddish repeated calibrated automatic patient"
        ),
    ),
    (
        words(
            "pottery kiln clay glaze wheel slip bowl jug plate tile firing shard oxide ash salt bisque handle spout rim foot"
            " sponge wire studio shelf cone flame chimney porcelain stoneware earthenware mould cast crack bubble pigment"
            " cobalt copper iron lid vase cup"
        ),
        words(
            "thrown glazed cracked porous thick thin even uneven matt glossy speckled dried leathery fired underfired"
            " reclaimed wedged stamped brittle blue reddish trimmed"
        ),
    ),
)
FIRST = words(
    "rain barn seed tool lamp rope milk salt tide wind frost stone clay iron wood brass snow moss reed thorn bell cart drift"
    " dusk ember fern flint gate grain hay heath hearth hill lark leaf loam marsh mill oak peat pine ridge river sand shore"
    " silt slate smoke straw sun thatch vine wax willow wool yard"
)
LAST = words(
    "bed shed yard barrow basket board bower bridge brook butt cap chest cloth craft croft drain fall field fold frame gate"
    " ground guard hand head hold hook house keeper land line loft man mark mast mill path pit post rack rail row shade shelf"
    " side stand stead store stream strip tray trough wall ward way wheel work yoke"
)
# Some 9,000 words, of which each note has a few.
COMPOUNDS = tuple(first + last + ending for first in FIRST for last in LAST for ending in ("", "er", "ing"))
DOING = words(
    "building preparing storing repairing choosing testing understanding improving planning measuring growing sorting"
    " designing managing comparing restoring running watching training cleaning funding mapping teaching sharing moving"
    " draining sharpening scheduling selling judging"
)
NOUNED = phrases(
    "role of | history of | impact of | basics of | benefits of | challenges of | principles of | evolution of | economics of"
    " | importance of | use of | future of | origins of | limits of | care of"
)
RELATED = phrases("in | and | for | with | without | beyond | behind | across | before | on | through | and the")
GIVEN = words(
    "Marla Tobin Edda Jonas Petra Silas Ines Ruben Agata Colm Freya Hugo Lotte Milan Nora Oskar Paula Ravi Selma Tomas Ursula"
    " Viktor Wanda Yannick Zofia Amara Bruno Celia Dario Elin Fergus Greta Hamid Ivana Jorge Katya Leif Mirela Nils Olive"
    " Pavel Quinn Rosa Stellan Tilda Umar Vera Wilf Xenia Yusuf Asta Bram Cora Desmond Esme Farid Gwen Hollis Imke Jarek"
)
_ONSET = words("B Br C Cr D Dr F Fl G Gr H J K Kl L M N P Pr R S St T Tr V W Z Sch")
_NUCLEUS = words("a e i o u ai ea ie oo au")
_MIDDLE = words("ld rn ll nd tt rg mm st ck rb sk lv nn pp rr ss dg ft lm nt")
_END = words("er in ow ard ell on ey ick ham ley man sen quist wood by aro ez ini off stad")
AREAS = phrases(
    "Valley | County | Market | Bridge | Road | Common | Institute | Society | Works | Company | Trust | College | Council"
    " | Museum | Line | Harbour | Hall | Museum | Union | Press"
)
METHODS = phrases(
    "method | rule | test | plough | press | gauge | loop | pattern | process | scale | trial | ledger | frame"
)
MONTHS = words("January February March April May June July August September October November December")
UNITS = phrases(
    "kilos | litres | metres | tonnes | hours | days | weeks | crates | sacks | acres | miles | pounds | loaves"
)

VERBS = phrases(
    "supports | changes | limits | replaces | improves | protects | weakens | precedes | follows | slows | shapes | feeds"
    " | carries | loosens | steadies | crowds out | depends on | rests on | draws on | competes with | leads to | adds to"
    " | makes room for | takes the place of | keeps pace with | stands in for | takes heat from | sets the pace for"
)
DEEDS = phrases(
    "describes | explains | recalls | shows | compares | tries out | rebuilds | questions | sets aside | returns to | walks"
    " through | points to | gives up on | starts with | relies on | measures | sketches | defends | praises | doubts"
)
HOW = phrases(
    "slowly | with little effort | before the first frost | over several seasons | by hand"
    " | at the edge of the yard | under load | without any water | in small steps | one row at a time"
    " | after a long pause | with a borrowed tool | when the wind turns | as the day warms | for the first time"
    " | twice in one week | before sunrise | in poor light | on a wet floor | through the whole night"
    " | once the paint has dried | behind closed doors | until nothing is left | with two helpers"
    " | on the second attempt | well into the evening | out of habit | at no extra cost | against all advice"
    " | in plain sight"
)
WHY = phrases(
    "because space is short | so that nothing is wasted | which saves a day of work | since the old way failed | even when"
    " money is tight | although nobody planned for it | as long as the ground stays dry | which surprised the whole crew"
    " | unless the weather turns | so the next shift can rest | because spare parts are dear | which keeps the noise down"
    " | while the others wait outside | where the light is best | because the first one broke | which takes patience"
    " | until a better one is found | so that beginners can follow | as if it were the last one | whether or not anyone is"
    " watching | if the roof holds | because the road is closed | which makes it easy to move | where two paths meet"
)
OPENING = (
    *[""] * 24,
    *(
        f"{phrase} "
        for phrase in phrases(
            "In practice, | By contrast, | At first, | Later on, | For a beginner, | Over time, | As a rule, | Instead,"
            " | In a dry year, | On most days, | Further north, | From then on, | In the end, | On a small scale,"
            " | With care, | Even so,"
        )
    ),
)
MAKES = phrases("is | becomes | remains | turns out to be | counts as | looks like | works as | began as | serves as")
GOALS = phrases(
    "to save time | to keep the heat in | to cut the waste | to spread the risk | to reach the far side | to hold the load"
    " | to stay dry | to find the fault | to finish before dark | to earn a little more | to test the idea | to be heard"
)
QUOTED = phrases(
    "you never throw away | I would start again with | nobody told us about | we kept coming back to | what matters most is"
    " | there is no shortcut around | people laughed at | I learned it all from | the trick is to respect | we almost lost"
)
COMMON = {
    "verb": VERBS,
    "deed": DEEDS,
    "how": HOW,
    "why": WHY,
    "makes": MAKES,
    "goal": GOALS,
    "opening": OPENING,
    "month": MONTHS,
    "unit": UNITS,
    "quoted": QUOTED,
}
HEADINGS = phrases(
    "What to know about | Working with | The case for | A closer look at | Problems with | How to approach | Lessons from"
    " | The making of | Beyond | Choosing | Common mistakes with | Why it matters:"
)
LABELS = phrases(
    "Timing | Cost | Material | Position | Size | Weather | Tools | Method | Storage | Effect | Care | Origin"
)


# Sentences, of which those that ask for a citation are fewer. Where `linked` stands, a link may stand.
PLAIN = (
    "{opening}the {quality} {linked} {verb} the {thing} {how}, {why}.",
    "{opening}a {quality} {linked} {makes} a {quality} {thing} {why}.",
    "{who} {deed} the {quality} {linked} {how}, and the {thing} {verb} the {thing}.",
    "{opening}the {thing} and the {linked} are set up {how} {goal}, {why}.",
    "{who} {deed} the {named} and the {quality} {linked} near {where}, {why}.",
    "{opening}every {linked} needs a {quality} {thing} {goal}, {why}.",
    "Rather than a {quality} {thing}, {who} {deed} the {linked} {how}.",
    "{opening}when the {thing} {verb} the {linked}, the {quality} {thing} fails {how}.",
    "At {where}, {who} {deed} a {quality} {linked} {goal}, {why}.",
    "{opening}it takes a {quality} {linked} and a {thing} {goal} {how}.",
    "The {named} {verb} the {quality} {linked} and the {thing} of {where} {how}.",
    "{who} and {who} disagree over the {quality} {linked}, {why}.",
)
CUED = (
    "{opening}the {linked} of {where} holds {number} {unit}, {why}.",
    "In {year}, {who} opened a {quality} {linked} in {where} {goal}.",
    "{opening}{percent} of each {thing} is lost to the {quality} {linked} {how}.",
    '{who} said that "{quoted} the {thing}" when the {quality} {linked} came back {how}.',
    "{opening}a {quality} {linked} costs ${number} at {where}, and the {thing} comes on top.",
    "In {month} {year}, the {named} brought {number} {unit} of {thing} to {where}.",
)


def parsed(template: str) -> Sentence:
    """The parts of a sentence: a text, and the slot behind it."""
    return tuple((text, slot or "") for text, slot, _, _ in Formatter().parse(template))


# Of each, whether it asks for a citation.
SENTENCES = (*((False, parsed(one)) for one in PLAIN * 2), *((True, parsed(one)) for one in CUED))


class Vocabulary:
    """What may stand in the slots of one recording: what it is about, and who and what is named in it."""

    def __init__(self, subject: int, chance: Random) -> None:
        things, self.qualities = SUBJECTS[subject]
        self.things = (*things, *chance.sample(COMPOUNDS, 60))
        self.people = tuple(f"{chance.choice(GIVEN)} {surname(chance)}" for _ in range(7))
        surnames = tuple(person.rpartition(" ")[2] for person in self.people)
        places = [f"{surname(chance)} {chance.choice(AREAS)}" for _ in range(9)]
        towns = tuple(surname(chance) for _ in range(6))
        self.named = tuple(f"{chance.choice(towns)} {method}" for method in chance.sample(METHODS, 6))
        self.slots = {
            **COMMON,
            "linked": self.things,
            "thing": self.things,
            "quality": self.qualities,
            "who": (*self.people, *surnames, *surnames, "the host", "a neighbour", "the crew", "the guest"),
            "where": (*places, *(f"the {place}" for place in places), *towns),
            "named": self.named,
        }

    def draw(self, slot: str, chance: Random) -> str:
        """What stands in a slot."""
        pick = chance.random
        if choices := self.slots.get(slot):
            return choices[int(pick() * len(choices))]
        if slot == "number":
            return f"{int(exp(1 + 7 * pick())):,}"
        if slot == "year":
            return f"{1850 + int(170 * pick())}"
        return f"{1 + int(98 * pick())}%" if slot == "percent" else ""


def surname(chance: Random) -> str:
    """One of some 100,000 names."""
    pick = chance.random
    name = _ONSET[int(pick() * len(_ONSET))] + _NUCLEUS[int(pick() * len(_NUCLEUS))]
    name += _MIDDLE[int(pick() * len(_MIDDLE))] + _END[int(pick() * len(_END))]
    return name
