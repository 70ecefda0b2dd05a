"""Submissions as form tools send them, built from their own descriptions (named in each ready-made mapping)."""

from __future__ import annotations

from typing import Any

ANSWERS: dict[str, str | list[str]] = {
    "work_setting": ["mobile_field", "client_room"],
    "needs": ["quick_contact", "events_meetings"],
    "login_tolerance": "low",
    "device_access": ["private_phone"],
    "rhythm": "weekly",
}
"""What every one of these says."""

KOBO = {
    "_id": 4711,
    "formhub/uuid": "0a1b2c3d4e5f",
    "start": "2026-11-29T09:00:00.000+01:00",
    "end": "2026-11-29T09:04:11.000+01:00",
    "community/work_setting": "mobile_field client_room",
    "community/needs_1": "quick_contact",
    "community/needs_2": "events_meetings",
    "community/login_tolerance": "low",
    "community/device_access": "private_phone",
    "rhythm": "weekly",
    "__version__": "vHq2",
    "meta/instanceID": "uuid:9f1b6c1e-0000-4000-8000-000000000000",
    "_xform_id_string": "aBcD",
    "_uuid": "9f1b6c1e-0000-4000-8000-000000000000",
    "_attachments": [],
    "_status": "submitted_via_web",
    "_geolocation": [None, None],
    "_submission_time": "2026-11-29T08:04:15",
    "_tags": [],
    "_notes": [],
    "_validation_status": {},
    "_submitted_by": None,
}


def _typeform_answer(ref: str, kind: str, **value: Any) -> dict[str, Any]:
    field_kind = "multiple_choice" if kind.startswith("choice") else "short_text"
    return {"type": kind, **value, "field": {"id": f"id-{ref}", "type": field_kind, "ref": ref}}


TYPEFORM = {
    "event_id": "LtWXD3crgy",
    "event_type": "form_response",
    "form_response": {
        "form_id": "lT4Z3j",
        "token": "a3a12ec67a1365927098a606107fac15",
        "submitted_at": "2026-11-29T08:17:02Z",
        "landed_at": "2026-11-29T08:07:02Z",
        "calculated": {"score": 0},
        "hidden": {"user_id": "abc123456"},
        "definition": {"id": "lT4Z3j", "title": "Intake", "fields": []},
        "answers": [
            _typeform_answer(
                "work_setting",
                "choices",
                choices={
                    "labels": [
                        "Onderweg: in de wijk of bij mensen thuis",
                        "In spreekkamers of oefenruimtes, met cliënten",
                    ]
                },
            ),
            _typeform_answer("needs", "choices", choices={"labels": ["quick_contact", "events_meetings"]}),
            _typeform_answer(
                "login_tolerance", "choice", choice={"label": "Weinig: alleen met een account dat ze al hebben"}
            ),
            _typeform_answer("device_access", "text", text="Hun eigen telefoon"),
            _typeform_answer("rhythm", "choice", choice={"label": "weekly"}),
        ],
    },
}

FORMBRICKS_TEST = {"event": "testEndpoint"}
FORMBRICKS = [
    {
        "webhookId": "cljwxvjos0003qhnvj2jg4k5i",
        "event": "responseFinished",
        "data": {
            "id": "cljwy2m8r0001qhclco1godnu",
            "createdAt": "2026-11-29T07:47:29.507Z",
            "updatedAt": "2026-11-29T07:48:01.120Z",
            "surveyId": "cljsf3d7a000019cv9apt2t27",
            "displayId": None,
            "contact": None,
            "contactAttributes": None,
            "finished": True,
            "endingId": None,
            "data": {
                "work_setting": [
                    "On the road: neighbourhood, home visits",
                    "In consulting or practice rooms, with clients",
                ],
                "needs": ["quick_contact", "Meet each other, online or in person"],
                "login_tolerance": "Low: only with an account they already have",
                "device_access": ["Their own phone"],
                "rhythm": "About once a week",
            },
            "variables": {},
            "ttc": {"work_setting": 2154.7},
            "notes": [],
            "tags": [],
            "meta": {"url": "https://app.formbricks.com/s/1", "userAgent": {"os": "Linux"}},
            "singleUseId": None,
            "language": "default",
        },
    }
]

GOOGLE: dict[str, Any] = {
    "responseId": "2_ABaOnucLongId",
    "answers": {
        "Waar zijn de meeste leden het grootste deel van hun werkdag?": [
            "Onderweg: in de wijk of bij mensen thuis",
            "In spreekkamers of oefenruimtes, met cliënten",
        ],
        "Wat leden willen": ["quick_contact", "Elkaar ontmoeten, online of op een locatie"],
        "login_tolerance": "low",
        "Apparaten van leden": ["Hun eigen telefoon"],
        "Hoe vaak contact": "Ongeveer één keer per week",
    },
}

MICROSOFT: dict[str, Any] = {
    "responseId": 17,
    "answers": {
        "@odata.etag": 'W/"1"',
        "responder": "anonymous",
        "submitDate": "11/29/2026 8:04:15 AM",
        "r1a": '["mobile_field","client_room"]',
        "r2b": '["Snel contact: een korte vraag stellen en snel antwoord krijgen","events_meetings"]',
        "r3c": "low",
        "r4d": '["private_phone"]',
        "r5e": "weekly",
        "r6f": '[""]',
    },
}
MICROSOFT_MAPPING = """\
extends: microsoft-forms
fields: {work_setting: r1a, needs: r2b, login_tolerance: r3c, device_access: r4d, rhythm: r5e, it_policy: r6f}
"""

REDCAP = {
    "record_id": "12",
    "work_setting___mobile_field": "1",
    "work_setting___client_room": "1",
    "work_setting___desk": "0",
    "needs": "quick_contact, events_meetings",
    "login_tolerance": "low",
    "device_access___private_phone": "1",
    "device_access___tablet": "0",
    "rhythm": "weekly",
    "budget": "",
    "intake_complete": "2",
}

LIMESURVEY = {
    "id": "17",
    "submitdate": "2026-11-29 08:17:02",
    "lastpage": "3",
    "startlanguage": "nl",
    "seed": "1186425493",
    "startdate": "2026-11-29 08:10:40",
    "datestamp": "2026-11-29 08:17:02",
    "worksetting[mobilefield]": "Ja",
    "worksetting[clientroom]": "Ja",
    "worksetting[desk]": "Nee",
    "needs[1]": "Snel contact: een korte vraag stellen en snel antwoord krijgen",
    "needs[2]": "Elkaar ontmoeten, online of op een locatie",
    "needs[3]": None,
    "logintolerance": "Weinig: alleen met een account dat ze al hebben",
    "deviceaccess[privatephone]": "Ja",
    "deviceaccess[tablet]": "N.v.t.",
    "rhythm": "Ongeveer één keer per week",
    "budget": None,
}

HTML = (
    "work_setting=mobile_field&work_setting=client_room&needs=quick_contact&needs=events_meetings"
    "&login_tolerance=low&device_access%5B%5D=private_phone&rhythm=weekly&budget=&submit=Versturen"
)
