"""What is written, and what is said of it."""

from __future__ import annotations

import pytest

from tests.conversation.test_text_filters import filtered, filtered_by_character

INLINE = {
    "**bold** and *it* and _it_ and __b__.": "bold and it and it and b.",
    "***both*** **bold *it* more** **_x_**": "both bold it more x",
    "~~gone~~ ~5 ~/path": "gone ~5 ~/path",
    "**Note:** (*see* [*that*])": "Note: (see [that])",
    "**“重点”**内容**重点**吧": "“重点”内容重点吧",
    "snake_case __init__ a_b_c _x_y_": "snake_case init a_b_c x_y",
    "2 * 3 5*4 2**3 a*b x^2": "2 * 3 5*4 2**3 a*b x^2",
    "C# #1 $5 don't f**k *.py ^_^ 5* ____ is": "C# #1 $5 don't f**k *.py ^_^ 5* ____ is",
    "use `x**2` or ``a`b`` now": "use x**2 or a`b now",
    "`a_b_c` and `https://a.b`": "a_b_c and https://a.b",
    "don`t": "don`t",
    "```inline code``` here": "inline code here",
    r"\*not\* \_x\_ \# C:\dir 1\. x": "*not* _x_ # C:\\dir 1. x",
    "one\\\ntwo": "one\ntwo",
    "<b>bold</b> a<br>b<br/>c <BR /> d": "bold a b c d",
    '<a href="x" class=y>go</a> <!-- note --> on': "go on",
    "a < b, a<b, 3 > 2, I <3 you, <your name>, <-": "a < b, a<b, 3 > 2, I <3 you, <your name>, <-",
    "if a <b and c> d": "if a <b and c> d",
    "a || b | c": "a || b | c",
}

LINKS = {
    "See [the docs](https://a.b/c_(d)) now": "See the docs now",
    '[text](<a b> "title") [empty]() [mail](mailto:a@b.c)': "text empty mail",
    "[**bold**](u) [`a[0]`](u) [a [b] c](u)": "bold a[0] a [b] c",
    "![a cat](cat.png) and ![](x.png) b": "a cat and b",
    "[![badge](a.svg)](https://x.y) t": "badge t",
    "[1] [sic] [x][y] a[0] [ ] (no link) f[i] (x)": "[1] [sic] [x][y] a[0] [ ] (no link) f[i] (x)",
    "[Note](see below)": "Note (see below)",
    "[https://a.b/c](https://a.b/c).": ".",
    "Wow![x](y) Oh ! ![x": "Wow!x Oh ! ![x",
    "[over\ntwo](lines)": "[over\ntwo](lines)",
    "[to](over\ntwo)": "to (over\ntwo)",
    "a]b [x](y)](z)": "a]b x](z)",
    "[a `b](c) d` e] x": "a b](c) d e] x",
}

URLS = {
    "Go to https://a.com/x.html?q=1&r=%20#top.": "Go to .",
    "See https://a.com, or www.b.de for more": "See , or for more",
    "(https://a.com/b_(c)) and <https://x.y>!": "() and !",
    "HTTP://A.COM up": "up",
    "看https://a.com吧": "看吧",
    "**https://a.com** ok": "ok",
    "https://a.com... what": "... what",
    "http https www. www http:// xhttp://y wwww.x": "http https www. www http:// xhttp://y wwww.x",
    "example.com me@example.com and/or 24/7 10:30": "example.com me@example.com and/or 24/7 10:30",
    "https://a.com/b*c*d)e": ")e",
}

LINES = {
    "# Title\n## Two\nText #3 and #tag\n#hash\n####### seven": "Title\nTwo\nText #3 and #tag\n#hash\n####### seven",
    "#\r\nx": "\r\nx",
    "> quote\n> > deeper\n>= 5\n>5": "quote\ndeeper\n>= 5\n>5",
    "- a\n* b\n+ c\n  - d\n-5 e\n-- f": "a\nb\nc\n  d\n-5 e\n-- f",
    "1. a\n2. b\n   1. c\n3) d": "a\nb\n   c\nd",
    "42. Anything else?": "42. Anything else?",
    "1. a\n3. c\n1.5 d\n2 e": "a\n3. c\n1.5 d\n2 e",
    "1.": "1.",
    "- [ ] open\n- [x] done\n- [link](u)\n- [y": "open\ndone\nlink\n[y",
    "- # Title\n- > quote\n- ": "Title\nquote\n",
    "# 1. Intro": "1. Intro",
    "a\n\n---\n\nb": "a\n\n\nb",
    "a\n***\nb\n* * *\nc\n_ _ _ \nd\n- - -": "a\nb\nc\nd\n",
    "Title\n=====\nText": "Title\nText",
    "--- Section ---\nx": "Section ---\nx",
    "| Name | Age |\n|------|:---:|\n| Bob | 3 |\nok | x": "Name Age \nBob 3 \nok | x",
    "|a|b\\|c|\n|-|-|\n|d|": "a b|c \nd ",
    "+---+\n| x |\n+---+\n": "x \n",
    f"|{'-' * 300}|\nx": "x",
    f"|{'-' * 300}|": "",
    "Hi:\n```python\nprint('*')\n```\nDone": "Hi:\n\nDone",
    "~~~\ncode\n~~~\nDone": "\nDone",
    "````\n```\nx\n```\n````\nDone": "\nDone",
    "Code: ```py\nx\n``` and more": "Code: and more",
    "- ```\n  x\n  ```\n- b": "\nb",
    "```\nnever closed\n\n**x**": "",
    "**open\n\nclosed 5*": "open\n\nclosed 5*",
}

UNCLOSED = {
    "hello **": "hello **",
    "hello **world": "hello world",
    "hello [world": "hello [world",
    "hello [world]": "hello [world]",
    "[hello](world": "hello (world",
    "[hello]": "[hello]",
    "[a](": "a (",
    "hello `world **x**": "hello world **x**",
    "hello ```world": "hello world",
    "~~~ hello": "~~~ hello",
    "~~~~": "~~~~",
    "hello <b class='x": "hello <b class='x",
    "hello <!-- x": "hello <!-- x",
    "hello \\": "hello \\",
    "hello !": "hello !",
    "hello ![": "hello ![",
    "hello https:/": "hello https:/",
    "hello www.": "hello www.",
    "https://a.com.": ".",
    "`a``": "a``",
    f"a {'`' * 210} b": f"a {'`' * 200} b",
    "hello\n---": "hello\n",
    "hello\n----": "hello\n",
    "hello\n#": "hello\n",
    "hello\n--": "hello\n--",
}


@pytest.mark.parametrize(("written", "spoken"), [*(INLINE | LINKS | URLS | LINES | UNCLOSED).items()])
def test_markdown_is_not_spoken(written: str, spoken: str) -> None:
    assert filtered(written, ["markdown"]) == spoken
    assert filtered(written) == spoken
    assert filtered_by_character(written) == spoken
