"""Calls and correct summaries of them, for the tests of the detectors."""

from __future__ import annotations

from tests.unit.tasks.customer_service.detectors.subjects import call_of

REFUND = call_of(
    "customer: Hi, my order 48213 arrived damaged. Could I get a refund?",
    "agent: I'm sorry about that. I've refunded $35.20 to your card.",
    "agent: And I'll send a replacement by 14 March.",
    "customer: Great, thanks.",
)
REFUND_SUMMARY = (
    "The customer contacted support because order 48213 arrived damaged. "
    "The agent refunded $35.20 and will send a replacement by 14 March."
)
CONDITIONAL = call_of(
    "customer: The kettle from order 77120 is faulty. I'd like a refund please.",
    "agent: I will refund $20.00 if you return the item.",
    "customer: Okay, thanks.",
)
REFUSED = call_of(
    "customer: I was charged twice for order 90011. Can I get a refund?",
    "agent: I'm sorry, we can't issue a refund because the return window has passed.",
    "customer: That is ridiculous.",
)
CHAT = call_of(
    "Anna: I'll bring the wine and some cheese on Friday.",
    "Ben: Great! I can't come before eight though, I work late.",
    "Anna: No problem, my brother is going to cook a cheap dinner for all.",
    "Ben: My boss never lets me leave early.",
)
CHAT_SUMMARY = "Anna will bring wine and cheese on Friday. Ben can't come before eight because he works late."
TWO_REFUNDS = call_of(
    "customer: The tent was missing from order 15147. I'd like a refund.",
    "agent: I've refunded $20.00 for the tent.",
    "customer: Also, I was charged twice for order 22934.",
    "agent: We will refund $35.20 for that within 3 days.",
)
ONE_REFUND_OF_TWO = call_of(
    "customer: My order 15147 arrived damaged.",
    "agent: I've refunded $20.00.",
    "customer: I have another problem: I was charged twice for order 22934.",
    "agent: I'm sorry, we can't refund that.",
)
