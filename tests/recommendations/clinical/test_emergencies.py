"""What in a message may be an emergency is told, whatever is said around it."""

import pytest

from recommendations.clinical.emergencies import emergencies

NAMED = [
    ("I have had chest pain since this morning", "chest pain"),
    ("there is a pressure on my chest", "chest pain"),
    ("No chest pain today, thanks", "chest pain"),
    ("I can\u2019t catch my breath lying down", "trouble breathing"),
    ("short of breath when I walk", "trouble breathing"),
    ("I passed out in the kitchen", "fainting"),
    ("Her face is drooping and her speech is slurred", "signs of a stroke"),
    ("my left arm went numb", "signs of a stroke"),
    ("he is confused since last night", "confusion"),
    ("I lost my vision for a minute", "loss of sight"),
    ("it won't stop bleeding", "bleeding"),
    ("I'm coughing up blood", "bleeding"),
    ("I want to die", "thoughts of suicide or harm"),
    ("I'd be better off dead", "thoughts of suicide or harm"),
    ("I took too many of the pills", "too much of a drug"),
    ("my tongue is swelling", "a severe allergic reaction"),
    ("the worst headache of my life", "sudden or severe pain"),
    ("she had a seizure", "a seizure"),
]


@pytest.mark.parametrize(("text", "sign"), NAMED)
def test_a_sign_is_found(text: str, sign: str) -> None:
    assert sign in emergencies(text)


@pytest.mark.parametrize(
    "text",
    [
        "Can I have a refill of my metformin?",
        "When is my next visit with the heart clinic?",
        "What did my blood test show?",
        "Thank you for the chest X-ray appointment.",
        "My knee hurts a little when it rains.",
        "",
    ],
)
def test_an_everyday_message_has_none(text: str) -> None:
    assert emergencies(text) == ()


def test_each_sort_is_told_once_over_lines_and_cases() -> None:
    text = "CHEST\n  PAIN again. Chest pain yesterday, and I fainted."
    assert emergencies(text) == ("chest pain", "fainting")
