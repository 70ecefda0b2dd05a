"""In which language a screen reader says the title of a source."""

import pytest

from service.web.title_language import title_language


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Veilig appen doe je zo (Medisch Contact; Nouwt, Bruggeman)", "nl"),
        ("Hoe een intranet in crisistijd zorgorganisatie Present verbindt (Embrace blog)", "nl"),
        ("Spelregels WhatsApp in de zorg (VvAA)", "nl"),
        ("Limits and specifications for Microsoft Teams (25,000 members per team)", "en"),
        ("Determinants of Engagement in Face-to-Face and Online Patient Support Groups (van Uden-Kraan et al.)", "en"),
        ("Wir erreichen die Eltern auf dem Handy (Sueddeutsche Zeitung)", "de"),
        ("Un groupe WhatsApp pour les adhérents bio d'Océalia", "fr"),
        ("Comunidade Manejo da Lavoura Cafeeira do Peabirus: mais de mil membros", "pt"),
        ("AAA Galactic Member Survey Readout", "en"),
        ("", "en"),
    ],
)
def test_a_title_is_in_the_language_of_its_short_words(title: str, language: str) -> None:
    assert title_language(title) == language
