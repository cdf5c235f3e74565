"""What the voices say: thirty everyday sentences, written for this, with names and numbers."""

from __future__ import annotations

from typing import Final

__all__ = ["SENTENCES", "SETTINGS_SENTENCES"]

SENTENCES: Final = (
    "The kitchen window was open, and the smell of fresh bread filled the whole street.",
    "Could you tell me where the nearest bus stop is?",
    "Margaret has lived in the same small house for forty years.",
    "We need three pounds of apples, two lemons, and a bag of flour.",
    "The train to Boston leaves at 9:30 from platform 4.",
    "My brother Thomas plays the violin, but he never learned to read music.",
    "After the storm, the fishermen went down to the harbor to look at their boats.",
    "How many people do you expect for dinner on Saturday?",
    "The library closes early on Fridays, so please return your books by noon.",
    "She paid $45 for the coat and wore it every winter after that.",
    "If the weather is good tomorrow, we will walk along the river.",
    "Doctor Evans asked him to come back in two weeks.",
    "There are 365 days in a year, and sometimes one more.",
    "The children laughed so loudly that the dog ran out of the room.",
    "Why did nobody answer the telephone this morning?",
    "An old map hung on the wall, with a red line drawn across the mountains.",
    "Please turn off the lights before you leave the office.",
    "The first bridge over this river was built in 1852.",
    "Anna and Peter moved to Chicago last September.",
    "I have never seen so many stars in the sky.",
    "The soup needs a little more salt, I think.",
    "About 20 percent of the students walk to school.",
    "He wrote a long letter to his sister and forgot to send it.",
    "What would you do with a thousand dollars?",
    "The machine stopped working because a small spring was broken.",
    "Our neighbor keeps bees and sells honey at the market.",
    "Is it true that the museum is free on Sundays?",
    "They climbed the hill slowly, talking about the summer they had spent abroad.",
    "Room 217 is on the second floor, next to the stairs.",
    "Thank you for waiting; your table will be ready in a few minutes.",
)
"""For intelligibility and loudness."""

SETTINGS_SENTENCES: Final = SENTENCES[:8]
"""For what the settings do: statements and questions, some 30 seconds of sound."""
