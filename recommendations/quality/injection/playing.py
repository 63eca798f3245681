"""A share of the attacks, one after the other, and the trail they leave."""

from audit import ledger
from recommendations.quality.injection.judging import judge
from recommendations.quality.injection.obedient import Obedient, sign_of
from recommendations.quality.injection.places import attacked
from recommendations.quality.injection.shares import Outcome, Share
from recommendations.quality.injection.ward import ward


def play(share: Share) -> Outcome:
    """What became of each attack; the trail is verified after all of them."""
    model = Obedient({sign_of(order): (goal, order) for order, goal in share.orders})
    judged = []
    with ward(model) as place:
        for number, attack in enumerate(share.attacks):
            chart = attacked(attack.place, attack.text)
            played = place.play(chart, document=attack.document, number=number)
            judged.append(judge(attack, played))
        return Outcome(tuple(judged), len(ledger.verify().faults))
