"""The name after "Hello, my name is", as students write it."""

from __future__ import annotations

import pytest

from grader.activities.full_names import goes_on_below, is_full, is_placeholder, name_in

FULL = {
    "Jane Doe!  I study data engineering.": "Jane Doe",
    "Jane Doe, a student": "Jane Doe",
    "Jane Doe and I like Flask": "Jane Doe",
    "Dr. J. R. R. O'Neil-van der Berg, PhD.": "Dr J R R O'Neil-van der Berg",
    "José A. Núñez-O’Brien": "José A Núñez-O’Brien",
    "Ludwig van Beethoven and I'm a student": "Ludwig van Beethoven",
    "DOE, Jane": "DOE Jane",
    "Ng Li. Welcome to my page": "Ng Li",
    "“Jane Doe”": "Jane Doe",
    "🎉 Jane Doe 🎉": "Jane Doe",
    "Jean-Luc Picard (he/him)": "Jean-Luc Picard",
    "\nJane Doe": "Jane Doe",
    "...\nHello, my name is Jane Doe.": "Jane Doe",
    "佐々木！": "佐々木",
    "王小明。": "王小明",
    "김민준.": "김민준",
    "محمد علي": "محمد علي",
    "प्रिया शर्मा।": "प्रिया शर्मा",
    "Анна Петрова!": "Анна Петрова",
    "Jane Im": "Jane Im",
    "Im Yoon Ah": "Im Yoon Ah",
    "Jane I.": "Jane I",
    "Jane_Doe": "Jane_Doe",
    "\nJane\nDoe": "Jane Doe",
    "\n王\n小明": "王 小明",
}
FULL |= {
    "Nice Okafor": "Nice Okafor",
    "Nice Wanjiru. Nice to meet you": "Nice Wanjiru",
    "Welcome Msomi": "Welcome Msomi",
    "Jane Welcome": "Jane Welcome",
    "Thanks Moyo": "Thanks Moyo",
    "Student Nkosi": "Student Nkosi",
    "nice okafor": "nice okafor",
    "Happy Sibanda!": "Happy Sibanda",
    "Jane Doe Nice to meet you": "Jane Doe",
    "Jane Doe Welcome to my page": "Jane Doe",
    "Ma. Cristina dela Cruz": "Ma Cristina dela Cruz",
    "Md. Tanvir bin Rahman": "Md Tanvir bin Rahman",
    "Mohd. Faiz Abdullah": "Mohd Faiz Abdullah",
    "Muh. Rizki": "Muh Rizki",
    "Abd. Rahman": "Abd Rahman",
    "Wm. Shakespeare": "Wm Shakespeare",
    "Thos. Smith": "Thos Smith",
    "Chr. Jensen": "Chr Jensen",
    "Prof. Jane Doe": "Prof Jane Doe",
    "Engr. Juan P. dela Cruz": "Engr Juan P dela Cruz",
    "Mrs. Ngozi Okafor": "Mrs Ngozi Okafor",
    "Rev. Dr. Martin King": "Rev Dr Martin King",
    "Maria C. Santos": "Maria C Santos",
    "Xiaoming (Kevin) Wang": "Xiaoming Kevin Wang",
    "Xiaoming(Kevin)Wang": "Xiaoming Kevin Wang",
    "Xiaoming\uff08Kevin\uff09Wang": "Xiaoming Kevin Wang",
    "Zihan (Leo) Xu (she/her)": "Zihan Leo Xu",
    "(Leo) Zihan Xu": "Leo Zihan Xu",
    'Robert "Bob" Smith': "Robert Bob Smith",
    "Robert [Bob] Smith": "Robert Bob Smith",
    "Thi My (Mimi) Nguyen.": "Thi My Mimi Nguyen",
    "Jane Doe (20 years old)": "Jane Doe",
    "Jane Doe. This is my page.": "Jane Doe",
    "Zoe\u0308 Nu\u0301n\u0303ez": "Zo\u00eb N\u00fa\u00f1ez",
    "\u1100\u1175\u11b7\u1106\u1175\u11ab": "\uae40\ubbfc",
    "St. John Rivers": "St John Rivers",
    "Jane\u00a0Doe": "Jane Doe",
    "\u738b\u5c0f\u660e (Kevin)": "\u738b\u5c0f\u660e",
    "O. Henry": "O Henry",
    "Sta. Maria, Jose": "Sta Maria",
    "Jane Doe-Smith Jr.": "Jane Doe-Smith Jr",
    "jane.doe": "jane.doe",
}
ONE_WORD = {
    "Mrs. Okafor": "Mrs Okafor",
    "Prof. Okafor.": "Prof Okafor",
    "Dr. Okafor": "Dr Okafor",
    "Mr Okafor": "Mr Okafor",
    "Miss Jane": "Miss Jane",
    "Jane Jr.": "Jane Jr",
    "Jane (she/her)": "Jane",
    "Jane (20 years old)": "Jane",
    "Jane (Kevin)": "Jane",
    "Jane. Nice to meet you": "Jane",
    "Jane. I study data engineering.": "Jane",
    "Jane Nice to meet you": "Jane",
    "Jane welcome to my page": "Jane",
    "Nice": "Nice",
    "Jane": "Jane",
    "Jane.": "Jane",
    "Jane - data engineering student": "Jane",
    "Jane, 20 years old": "Jane",
    "Jane and I like Flask": "Jane",
    "Jo. Welcome to my page.": "Jo",
    "Jane\nWelcome to my site.": "Jane",
    "\nJane\nWelcome to my site.": "Jane",
    "Jane I like Flask": "Jane",
    "Jane im a student": "Jane",
    "Jane\nHobbies": "Jane",
}


@pytest.mark.parametrize(("text", "name"), FULL.items())
def test_full_names(text, name):
    assert name_in(f"Hello, my name is {text}") == name
    assert is_full(name)
    assert not is_placeholder(name)


@pytest.mark.parametrize(("text", "name"), ONE_WORD.items())
def test_one_word(text, name):
    assert name_in(f"Hello, my name is {text}") == name
    assert not is_full(name)


@pytest.mark.parametrize(
    "text",
    [
        *("your_full_name", "<your_full_name>", "[Your Name]", "YOUR FULL NAME HERE", "{{ name }}"),
        *("Student Name", "Name Surname", "XXX XXX", "TODO"),
    ],
)
def test_placeholders(text):
    assert is_placeholder(name_in(f"Hello, my name is {text}") or "-")


@pytest.mark.parametrize("text", ["", "!", "...", "\n", "\nI am a student"])
def test_no_name(text):
    assert name_in(f"Hello, my name is{text}") == ""


@pytest.mark.parametrize("text", ["", "Hi, I am Jane Doe", "Hello, my name Jane Doe"])
def test_no_line(text):
    assert name_in(text) is None


@pytest.mark.parametrize(
    ("below", "goes_on"),
    [
        ("<br>Doe</p>", True),
        ("<br />\n  O\u2019Brien\n</h1>", True),
        ("<br>Welcome</p>", False),
        ("<br>to my page</p>", False),
        ("<br>Nice to meet you</p>", False),
        ("<br>Home<br>About</p>", False),
        ("<br>Hobbies</p>", False),
        ("<br>Kayaking</p><ul><li>rivers</li></ul>", False),
        ("</p><p>Doe</p>", False),
    ],
)
def test_a_name_broken_over_two_lines(below, goes_on):
    assert goes_on_below(f"<p>Hello, my name is Jane{below}", "Jane") is goes_on
