"""What is said in a benchmark."""

import re
from random import Random

WORDS = re.findall(
    r"\w+",
    """
abolish account agree answer argue autumn avenue balance bakery bench bicycle border bridge
budget building canal census charter child choice church cinema citizen climate coast common
compost council county courage crossing culture custom dairy debate decide deficit delay
district doctor doubt drought economy elderly election energy evening example factory fairness
family farmer ferry figure forest freight friday future garden gather grain harbour harvest
health heating highway history hospital housing income insulate invest island journey judge
justice kitchen labour ladder lantern language learner letter library limit listen majority
market meadow measure mayor memory merchant minister minority monday morning mountain museum
neighbour nursery office opinion orchard paper parent parish park pavement pension petition
planning platform playground pledge poverty prefer price proposal province public quarter
question railway reading reason recycle reform region rent repair report reservoir result river
roof rubbish safety saturday school season shelter signal solar spending spring square station
statute storm street student subsidy summer sunday surplus survey tariff taxation teacher
theatre timber traffic transport treaty tunnel union valley village volunteer vote voucher wages
warden water weekend welfare wildlife window winter worker workshop youth
""",
)
LENGTH = 20
"""Words in a message: about 140 characters."""


def proposal(number: int) -> str:
    """Return a text of the usual length. No two are nearly the same: a wave would be held."""
    return f"{' '.join(Random(number).choices(WORDS, k=LENGTH))}."
