"""Texts of the kinds that people, and language models, have spoken."""

from __future__ import annotations

from typing import Final

__all__ = ["REPORTED", "TEXTS"]

#: Texts on which words were lost or doubled before.
REPORTED: Final[dict[str, str]] = {
    "reported bracketed names": "It works as it is said in [Smith and Jones].",
    "reported link": "See [the docs](http://a.b) now.",
    "reported list in brackets": "Return the list [1, 2] and [3] and then stop.",
    "reported comparison": "if x < 3 and y > 5 then go",
    "reported tag": "<b>bold</b>",
    "reported ampersand": "tea & cake",
    "reported plus": "one + two = three",
    "reported arrow": "step → step",
    "reported heading": "## Title",
    "reported pipe": "a | b",
    "reported wave": "Hello 👋 and welcome back",
    "reported dash": "He paused — and went on.",
    "reported percent": "about 5 % of all",
    "reported euro": "it costs 20 € a day",
    "reported semicolon": "first this ; then that",
    "reported prose": "The little dog ran over the green field and met the old farmer.",
}

_MARKDOWN: Final = {
    "link": "Read [the second chapter](https://example.org/two) before you come on Friday.",
    "two links": "Both [Anna](a.md) and [Ben](b.md) wrote a page about the river.",
    "image": "Here is the map: ![a map of the harbour](map.png) and below it the legend.",
    "bullets": "We need:\n\n- three eggs\n- a little milk\n- flour, as much as it takes\n",
    "numbered": "1. Open the box.\n2. Take out the lamp.\n3. Screw in the bulb.\n",
    "nested list": "* Fruit\n  * apples\n  * pears\n* Bread\n  * rye\n",
    "tasks": "- [x] call the plumber\n- [ ] pay the rent\n- [ ] water the plants",
    "table": "| Town | People |\n|---|---:|\n| Ulm | 126,000 |\n| Bonn | 330,000 |\n",
    "headings": "# Summary\n\nIt rained.\n\n## Details\n\nIt rained all night.",
    "emphasis": "This is **very** important, and *that* is only ~~nice~~ pleasant to have.",
    "inline code": "Call `open(path)` and then `close()`, or use a `with` block instead.",
    "code block": "Try this:\n\n```python\nfor n in range(3):\n    print(n)\n```\n\nIt counts.",
    "quote": "> The sea was calm.\n> Nobody spoke.\n\nSo the story begins.",
    "rule": "Part one ends here.\n\n---\n\nPart two begins on the next morning.",
    "footnote": "The bridge was built in 1890.[^1] It still stands.\n\n[^1]: Rebuilt in 1947.",
    "reference link": "As [the report][1] shows, prices fell.\n\n[1]: https://example.org/report",
    "autolink": "Write to <help@example.org> or look at <https://example.org>.",
    "citation": "Sleep matters [12], and so does light [3, 7]; food less so [see 9].",
    "details": "<details><summary>More</summary>\nNothing else to say.\n</details>",
    "model answer": "Sure! Here's the plan:\n\n**Step 1:** Boil water.\n**Step 2:** Add tea. ☕",
}

_CODE: Final = {
    "python": "def area(r):\n    return 3.14 * r ** 2  # of a circle",
    "javascript": "const sum = (a, b) => a + b; console.log(sum(1, 2));",
    "shell": "Run `grep -rn 'TODO' src/ | wc -l` and tell me the number.",
    "sql": "SELECT name, age FROM people WHERE age >= 18 ORDER BY name;",
    "regex": r"The pattern ^[a-z]+\d{2,3}$ matches abc12 and not ABC.",
    "rust": 'fn main() { let v: Vec<u8> = vec![1, 2]; println!("{:?}", v); }',
    "c": "if (p != NULL && *p < 10) { p++; } /* next */",
    "diff": "- old line here\n+ new line here\n@@ -1,3 +1,4 @@",
    "traceback": "File \"app.py\", line 12, in <module>\nValueError: bad value: 'x'",
    "log": "[2026-03-04 10:15:02] WARN  disk 91% full; [node-3] will stop soon",
    "path": r"Copy C:\Temp\new.txt to /home/ann/notes/new.txt, then delete it.",
    "json": '{"name": "Ida", "tags": ["red", "blue"], "size": null, "ok": true}',
    "json with text": 'The answer was {"error": "not found", "code": 404} and nothing else.',
    "yaml": "server:\n  port: 8080\n  hosts: [alpha, beta]\n  debug: false\n",
    "csv": "id,name,price\n1,pen,1.20\n2,ink,3.40\n",
    "generic type": "A map is a Dict[str, List[int]] and not a list<int> as before.",
    "template": "Hello {name}, your order ${order.id} is {{ status }} today.",
}

_MARKUP: Final = {
    "html paragraph": "<p>The shop is <em>closed</em> on Monday.</p><br/>Come on Tuesday.",
    "html list": "<ul><li>one apple</li><li>two plums</li></ul>",
    "html attributes": 'Click <a href="/go?a=1&amp;b=2" class="big">this link</a> to go on.',
    "html comment": "Before <!-- do not read this --> after, and so on.",
    "entities": "Fish &amp; chips &lt;hot&gt; cost &pound;6 &mdash; today only.",
    "ssml phoneme": (
        'I say <phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme> and you do not.'
    ),
    "ssml break": 'Wait <break time="1.5s"/> and then go <break time="200ms" /> slowly.',
    "ssml speak": '<speak>Good <prosody rate="slow">evening</prosody> to all of you.</speak>',
    "stage direction": "[laughs] That is not what I meant. [whispers] Come closer.",
    "stage direction inside": "And then [sighs] she closed the door [pause] for good.",
    "parentheses": "The cat (a grey one) sat (quite still) on the mat (a red one).",
    "unclosed bracket": "An open [bracket is never closed, and neither is this < sign.",
    "nested brackets": "Take [the [inner] part] of it, {or {this} one}, and stop.",
    "math comparison": "When 2 < 3 and 5 > 4, then a <= b and c >= d hold.",
    "xml": '<note id="7"><to>Eva</to><body>Back at six.</body></note>',
}

_NUMBERS: Final = {
    "prices": "It was $5.99, now it is $4.50; in Paris €7,20 and in London £3.",
    "dates": "From 2026-11-29 to 03/04/2027, or from 1 May to the 2nd of June.",
    "times": "The train leaves at 14:05 and arrives at 6:30 p.m. on time.",
    "fractions": "Take ½ cup of oil, 3/4 of a pound and 1 ⅓ spoons of salt.",
    "percent": "Sales rose by 12.5 % in May and fell by 3% in June.",
    "units": "Drive 12 km at 80 km/h; it is −5 °C and 1,013 hPa today.",
    "phone": "Call +49 30 1234567 or (555) 010-9999 before noon.",
    "ordinals": "The 1st, 2nd, 3rd and 21st houses are for sale.",
    "big numbers": "The star is 4,200,000,000,000 km away, or 4.2e12 km.",
    "version": "Version 3.11.4-rc1 replaces v2.0; see #1234 and PR 56.",
    "ranges": "Pages 10–15, rooms 3-5 and the years 1914/18 are missing.",
    "roman": "Henry VIII, Louis XIV and chapter iv of book II.",
    "score": "They won 3:1, after 0:1 at half-time, in the 90th + 4 minute.",
    "digits": "7 3 9 1 4 4 4 2 8",
    "equation": "E = mc² and a² + b² = c², so c = √(a² + b²).",
    "latex inline": r"The area is $\pi r^2$, where $r > 0$ is the radius.",
    "latex display": r"\[ \int_0^1 x^2 \, dx = \frac{1}{3} \] is easy to show.",
    "latex text": r"\section{Aim} We \emph{only} show that $a_n \to 0$ as $n \to \infty$.",
    "chemistry": "2 H₂ + O₂ → 2 H₂O gives water; CO₂ does not burn.",
    "coordinates": "Meet at 48°08′N, 11°34′E, not far from the old mill.",
}

_NAMES: Final = {
    "mail": "Send it to first.last+news@mail.example.com, not to info@example.com.",
    "address": "See https://www.example.org/a/b?c=1&d=2#top for the whole list.",
    "dotted names": "Ask J. R. R. Tolkien, Dr. A. B. Stone or Prof. E. Vogel, Ph.D.",
    "abbreviations": "Dr. Green lives in St. Ives, e.g. near Mr. Hill's shop, i.e. by the sea.",
    "initials": "The U.S. and the U.K. met at 5 p.m. in Washington, D.C., near the river.",
    "domains": "Both node.js and asp.net are older than example.ai and v0.dev.",
    "handles": "Thanks @anna_b and @ben for #teatime and #open_source!",
    "hyphens": "A well-known, twenty-one-year-old mother-in-law of state-of-the-art taste.",
    "apostrophes": "Don't say it's Ann's; the boys' dogs aren't o'clock 'til rock 'n' roll.",
    "smart quotes": "“Who’s there?” asked Tom. ‘It’s only me,’ she said, „wie immer“.",
    "guillemets": "Il a dit : « Bonjour, ça va ? » et puis il est parti.",
    "dashes": "It was late—very late – and dark - so we left -- at once --- home.",
    "ellipsis": "Well… I don't know... maybe . . . later?",
    "slashes": "He/she and/or they may bring a cat/dog w/o asking.",
    "capitals": "NASA and UNESCO SAY THAT THIS IS NOT OK, OK?",
    "punctuation": 'What?! No!! Really?? Yes... (maybe); but: "why?" -- oh.',
}

_EMOJI: Final = {
    "emoji between": "Good 👍 morning 🌞 to 🎉 you all",
    "emoji end": "We did it! 🎉🎉🎉",
    "emoji skin": "Thumbs up 👍🏽 and hands together 🙏🏿 for everyone 👋🏻 here.",
    "emoji family": "The family 👨‍👩‍👧‍👦 and the pilot 👩🏾‍✈️ met at noon.",
    "emoji flags": "From 🇫🇷 to 🇯🇵 by train 🚆 and ship ⛴️.",
    "emoji start": "🚀 Launch is at nine, ✅ all is ready, ❌ no delays.",
    "emoji keycaps": "Press 1️⃣ for help or #️⃣ to end the call.",
    "emoji touching": "I love🍕pizza and🍺beer after work😀",
    "emoji list": "✅ done\n❌ not done\n⚠️ take care\n➡️ next",
    "kaomoji": "She shrugged ¯\\_(ツ)_/¯ and left (╯°□°)╯ the room.",
    "symbols": "Check ✓, cross ✗, star ★, note ♪ and heart ♥ are symbols.",
    "surrogate letters": "The letters 𝒜 and 𝔅 and the clef 𝄞 stand far up.",
}

_LANGUAGES: Final = {
    "arabic": "السلام عليكم، كيف حالك اليوم؟ الطقس جميل جدا.",
    "arabic vowels": "كَتَبَ الوَلَدُ رِسَالَةً إِلَى أُمِّهِ.",
    "arabic with latin": "اسمي Anna وعمري ٢٥ سنة وأعمل في Berlin.",
    "hebrew": "שלום לכם, מה שלומכם היום? הים שקט מאוד.",
    "hebrew points": "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם",
    "persian": "می‌خواهم به خانه بروم و کتاب‌ها را بخوانم.",
    "hindi": "नमस्ते, आज मौसम बहुत अच्छा है और हम बाहर जाएँगे।",
    "bengali": "আজ আকাশে মেঘ আছে, তাই ছাতা নিয়ে যাও।",
    "tamil": "வணக்கம், நீங்கள் எப்படி இருக்கிறீர்கள்?",
    "thai": "วันนี้อากาศดีมาก ไปเดินเล่นกัน",
    "chinese": "今天天气很好，我们一起去公园散步吧。",
    "chinese with latin": "我用Python写了3个程序，都很好用！",
    "japanese": "今日はいい天気ですね。「散歩しましょう」と彼は言った。",
    "katakana": "コーヒーとケーキをください。メニューはどこですか？",
    "korean": "오늘은 날씨가 좋아서 공원에 갔어요.",
    "german": "Übermäßig große Füße müssen früher schlafen, sagt Frau Weiß.",
    "french": "L'été dernier, j'ai vu où naît la Loire ; c'était très beau.",
    "spanish": "¿Qué hora es? ¡Ya son las diez, y el niño aún no duerme!",
    "turkish": "İstanbul'da ılık bir akşam, çay içip ışıklara baktık.",
    "russian": "Сегодня мы поедем в деревню, там ещё лежит снег.",
    "greek": "Καλημέρα σας, ο καιρός σήμερα είναι πολύ ωραίος.",
    "vietnamese": "Hôm nay trời đẹp quá, chúng ta đi dạo nhé.",
    "polish": "Źdźbło trawy i żółta gęś śpią w cieniu łąki.",
    "mixed scripts": "The word 水 means water, вода too, and ماء as well.",
    "decomposed": "Cafe\u0301 nai\u0308ve re\u0301sume\u0301 A\u030angstro\u0308m sen\u0303or",
    "many marks": "Z̷a̶l̸g̴o̵ text is ha̸rd to r̶e̶a̶d aloud.",
}

_PROSE: Final = {
    "prose": "The kettle sang on the stove while rain ran down the dusty window.",
    "dialogue": "“Are you coming?” he asked. She did not answer. “Then I will go alone.”",
    "questions": "Where were you? Why did nobody call? What did the doctor say?",
    "poem": "The moon is up,\nthe road is white,\n  and no one walks\n  abroad tonight.",
    "repeated words": "No no no, not that that one; very very very slowly, bye bye.",
    "refrain": "Row the boat. Row the boat. Gently now. Row the boat. Row the boat.",
    "one letter words": "I saw a B and a C, x y z, a I a I a.",
    "short": "Yes.",
    "two words": "Good night",
    "long words": "Incomprehensibilities notwithstanding, antidisestablishmentarianism prevailed.",
    "no stop": "so it goes on and on without a stop because nobody ever thought of one",
    "tabs": "name\tprice\ncoffee\t2.50\ntea\t1.90\n",
    "white space": "  Two  spaces   here,\n\n\nthree lines there.  \n",
    "no-break spaces": "10\u00a0000\u00a0people, 5\u202f%, «\u00a0oui\u00a0» and Mr.\u00a0Fox.",
    "invisible": "zero\u200bwidth and soft\u00adhyphen and word\u2060joiner and \ufeffmark",
    "directions": "left \u200f(right)\u200e and \u2067back\u2069 to the left",
    "carriage returns": "First line.\r\nSecond line.\r\nThird line.\r\n",
    "numbers and prose": "At 7 we had 2 eggs, 3 rolls and 1 cup of tea each, for 9 euros.",
    "letter": "Dear Ms. Lee,\n\nthank you for the 3 books.\n\nYours,\nP. Hall",
    "recipe": "Serves 4:\n• 200 g rice\n• ½ onion\n• salt & pepper\n→ Boil for 18 min.",
    "legal": "§ 3 (2) applies; cf. Art. 5 para. 1(b), and © 2026 Example Ltd.™",
    "news": "PARIS (AP) -- The mayor, 52, said on Tues. that taxes won't rise by 2%.",
    "paragraphs": (
        "The first winter was the hardest. Snow lay on the fields until April, and the mail came "
        "once a week.\n\nIn the second year we had a horse, a stove that drew, and neighbours who "
        "played cards with us on Sundays; nobody spoke of leaving any more."
    ),
    "lecture": (
        "Today's topic: entropy (H). For a fair coin, H = 1 bit; for a loaded one (p = 0.9), H ≈ "
        "0.47 bit. Why? Because you are rarely surprised! Next week: [channels](ch.md) & codes — "
        "bring **paper**, please."
    ),
}

_SIGNS: Final = {
    "sign alone": "—",
    "signs alone": "& — % €",
    "stars": "* * *",
    "question mark": "?",
    "emoji alone": "👋",
    "family alone": "👨‍👩‍👧",
    "bullets alone": "• • •",
    "signs at the ends": "— so it was —",
    "signs in a row": "wait -- > => == != and go",
    "one word of 500 letters": "".join("abcdefghij"[n * n % 10] for n in range(500)),
    "long word in prose": f"It ends in {'la' * 40} and then stops.",
}

TEXTS: Final[dict[str, str]] = {
    **REPORTED,
    **_MARKDOWN,
    **_CODE,
    **_MARKUP,
    **_NUMBERS,
    **_NAMES,
    **_EMOJI,
    **_LANGUAGES,
    **_PROSE,
    **_SIGNS,
}
