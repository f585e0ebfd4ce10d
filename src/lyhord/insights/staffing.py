"""How many people it takes to keep a promise. Pure.

The load offered in an hour is what comes times how long one answer takes: 120 an hour at 3 minutes are 6 people who never pause. What
comes by chance needs some more; how many more says Erlang's formula for queues in which nobody gives up (A. K. Erlang 1917, "Erlang C"):
with n people and a load of a < n, somebody has to wait with probability C(n, a), and longer than t with C(n, a) · exp(-(n - a) · t / work).

Its limits: within the hour all comes evenly by chance, answers take exponentially distributed times, everybody can take everything, and
what the hour before left isn't there. Where routes ask for skills, or much was left over, it takes more; where a promise is of many hours,
work may be put off to quieter ones, and it takes fewer.
"""

from math import exp

from lyhord.kit.clock import HOUR

IN_TIME = 0.8
"""Which share of customers is to be answered in time."""
MOST_PEOPLE = 10_000


def offered_load(per_hour: float, work: float) -> float:
    """How many people the work of an hour keeps busy all the time; `work` is the milliseconds that an answer takes."""
    return per_hour * work / HOUR


def waiting_share(people: int, load: float) -> float:
    """Erlang C: the probability that somebody has to wait; 1 where so many people can't keep up with the load."""
    blocked = 1.0
    for n in range(1, people + 1):
        blocked = load * blocked / (n + load * blocked)
    return _waiting(people, load, blocked)


def people_needed(per_hour: float, work: float, promise: float, share: float = IN_TIME) -> int:
    """The fewest people with whom that share is answered within the promise (ms); at most `MOST_PEOPLE`."""
    load = offered_load(per_hour, work)
    if load <= 0:
        return 0
    blocked = 1.0
    for n in range(1, MOST_PEOPLE):
        blocked = load * blocked / (n + load * blocked)
        if n > load and _waiting(n, load, blocked) * exp(-(n - load) * promise / work) <= 1 - share:
            return n
    return MOST_PEOPLE


def _waiting(people: int, load: float, blocked: float) -> float:
    """From Erlang B, the share that would be turned away if nobody could wait."""
    return 1.0 if people <= load else people * blocked / (people - load * (1 - blocked))
