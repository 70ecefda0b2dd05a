"""The pages: the same decision as the API gives, for people with a browser.

Rendered on the server, complete without JavaScript, without cookies, and with nothing kept here: all answers are in the
address. A request goes through `visit` (what it brings), `forms` (what was answered) and one file per page.
"""
