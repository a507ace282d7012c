"""German: what is found in its sentences and what is not, and nothing in notes that cite what they say."""

import re
from functools import cache

import pytest

from lintkb.catalogue import load_catalogue
from lintkb.checks.base import SourceContext
from lintkb.evidence.recording import Recording
from lintkb.settings import Settings
from lintkb.source.note import Note
from lintkb.source.sentences import Sentences
from lintkb.text import decode

SETTINGS = Settings()

# Sentences that nothing is cited for and that want it, by the rule that says so.
WANTING = {
    "CL002": """
        Rund 83 Prozent der Setzlinge überleben die erste Nacht.
        Der Ertrag stieg im zweiten Sommer um 12,5 Prozent.
        Die Halle kostete 3,5 Mio. Euro und steht am Fluss.
        Der Markt setzt jährlich mehr als 2 Mrd. Euro um.
        In der Stadt leben 1.200.000 Menschen.
        Der Betrieb zählt über 300 Mitarbeiter.
        Zwei Drittel der Felder liegen im Winter brach.
        Jeder dritte Haushalt im Dorf besitzt einen Garten.
        Die Ernte hat sich seit dem Umbau verdoppelt.
        Drei von zehn Bäumen tragen im ersten Jahr.
        Zwischen 20 und 30 Prozent der Samen keimen nicht.
        Ein Quadratmeter Boden enthält bis zu 400 Regenwürmer und etwa 50 Arten.
        Der Kompost erreicht eine Temperatur von 65 Grad.
        Ein Hektar Roggen bindet 40 % mehr Stickstoff als Brache.
        Ein Volk besteht im Sommer aus rund 40.000 Bienen.
        Mulch hält doppelt so viel Wasser im Boden wie nackte Erde.
        Die Miete liegt bei 250 Euro im Monat.
        Der Garten liefert das Fünffache, also das 5-fache der alten Menge.
        Etwa die Hälfte der Setzlinge geht im Mai verloren.
        Tausende Menschen kommen im Herbst zum Apfelfest.
        Dort stehen 1.500 Obstbäume auf der Wiese.
        Nur etwa ein Fünftel aller Landwirte nutzt diese Technik.
        Der weltweite Verbrauch lag zuletzt bei 4,2 Milliarden Tonnen.
        Eine Kuh frisst am Tag rund 50 Kilogramm Gras.
        Das Unternehmen beschäftigt heute mehr als 12.000 Menschen in 40 Ländern.
        Die Umstellung spart bis zu 35 Prozent Energie.
        Neun von zehn Gründungen scheitern in den ersten Jahren.
        Der Umsatz hat sich binnen eines Jahres verdreifacht.
        Pro Hektar fallen 600 Euro Kosten an.
        Im Schnitt verbringt ein Erwachsener sieben Stunden am Tag vor dem Bildschirm, das sind 44 Prozent der wachen Zeit.
        Der Verein sammelte 14.000 Euro ein.
        Fast 70 % der Anleger verlieren Geld.
        Die Anlage liefert 3 Megawatt Strom.
        Jede fünfte Schule hat keinen Garten.
    """,
    "CL003": """
        „Der Frost nimmt, was du am Abend nicht zugedeckt hast.“
        »Wer im März zu früh sät, der sät im April noch einmal.«
        Über dem Tor steht „wer hier gräbt, der findet immer etwas altes“.
        "Am Ende ist es immer der boden, der entscheidet", so lautet es am Zaun.
        Im Heft der alten Gärtnerei steht: „Gegossen wird früh, gejätet wird immer, geerntet wird spät.“
        Am Tor hängt der Satz »hier wird nichts gespritzt und auch nichts verbrannt«.
        In der Einladung heißt es: „Bringt eure besten Samen mit und lasst die schlechten zu Hause.“
        Auf dem Plakat steht: „Wir bauen heute die Häuser, in denen wir morgen leben wollen.“
    """,
    "CL004": """
        Studien zeigen, dass die Minze den Ameisen nicht gefällt.
        Experten sagen, dass der Boden im Winter ruhen will.
        Viele Fachleute gehen davon aus, dass der Klimawandel die Ernte verschiebt.
        Forscher haben herausgefunden, dass Pflanzen sich warnen.
        Inzwischen warnen Wissenschaftler vor dem Verlust der Böden.
        Laut Studien verbessert Klee den Boden.
        Einer Studie zufolge wachsen Tomaten neben Basilikum besser.
        Es wird vermutet, dass die Wurzeln miteinander sprechen.
        Roggen gilt als die beste Gründüngung für schwere Böden.
        Angeblich vertreibt Kaffeesatz die Schnecken.
        Es heißt, dass der Mond die Keimung lenkt.
        Kritiker bemängeln, dass die Methode zu teuer ist.
        Schätzungen zufolge geht ein großer Teil der Ernte verloren.
        Nach Ansicht von Experten schadet das Umgraben dem Boden.
        Die Wirkung ist wissenschaftlich erwiesen und hält lange an.
        Viele Experten halten die Methode für überholt.
        Neuere Untersuchungen deuten darauf hin, dass Pilze eine Rolle spielen.
        Es wird oft behauptet, dass Regen im Mai Segen bringt.
        Die Forschung hat gezeigt, dass Pausen das Lernen fördern.
        Der Ort gilt als Wiege des Weinbaus.
        Manche behaupten, der Dünger sei schädlich.
        Wissenschaftlichen Studien zufolge hilft kaltes Wasser.
        Historiker vermuten, dass die Brücke älter ist.
        Umfragen zeigen, dass die Menschen zufrieden sind.
        Viele glauben, dass Regen am Siebenschläfer Unglück bringt.
        Die Methode wird oft als zu streng kritisiert, und Fachleute warnen vor ihr.
    """,
    "CL005": """
        Der Markt wurde 1987 an den Fluss verlegt.
        Am 3. März 1999 brannte die alte Halle ab.
        Im Jahr 1990 übernahm der Verein den Garten.
        In den 1990er Jahren gab es hier keinen Zaun.
        Im 19. Jahrhundert war das Tal ein Sumpf.
        Vor zehn Jahren stand hier noch ein Stall.
        1954 zerstörte ein Hochwasser die unteren Beete.
        Die Mauer entstand zwischen 1910 und 1914.
        Seit 2015 haben die Beete feste Wege.
        Das Gewächshaus hat der Verein 2003 neu eröffnet.
        Ende 1945 lagen die Felder brach.
        Die Sorte kam um 1200 v. Chr. ins Tal.
        Im Mai 1968 zog der Stand um.
        Vor drei Jahrzehnten war der Weg noch nicht befestigt.
        Das Buch ist im Herbst 2019 erschienen.
        Das Unternehmen wurde 1921 in Hamburg gegründet.
        Im April 2010 brach der Vulkan auf Island aus.
        Die Mauer fiel 1989.
        Bis 1960 lebten hier vor allem Fischer.
        Schon im 12. Jahrhundert betrieben Mönche hier Weinbau.
        Vor etwa 10.000 Jahren begannen Menschen mit dem Ackerbau.
        Er starb 1832 in Weimar.
        1912 sank das Schiff auf der Fahrt nach Amerika.
        Nach dem Krieg wurde 1948 eine neue Währung eingeführt.
        Seit den 1970er Jahren hat sich das Klima verändert.
        Am 9. November 1989 öffneten sich die Grenzen.
        Die ersten Computer entstanden in den 1940er Jahren.
        Das Verfahren wurde im 18. Jahrhundert entwickelt.
    """,
    "CL006": """
        Später gründete Ines Marlow die Saatgutbibliothek.
        Die Saatgutbibliothek hat Ines Marlow gegründet.
        Dann wurde Jonas Brandt in den Vorstand gewählt.
        Jonas Brandt erfand die Hacke mit den zwei Zinken.
        In Lindow eröffnete Ines Marlow den Stand.
        Nach der Lehre kaufte Jonas Brandt den Hof am Fluss.
        Als der Verein zerfiel, verließ Ines Marlow die Stadt.
        Bald darauf gewann Ines Marlow den Preis für das schönste Beet.
        Steve Jobs kehrte zu Apple zurück und stellte das Telefon vor.
        Kurz darauf verkaufte Anna Weber die Firma an einen Konkurrenten.
        Karl Benz baute das erste Auto mit drei Rädern.
        Marie Curie entdeckte zwei Elemente.
        Das Verfahren wurde von Fritz Haber entwickelt und ist bis heute wichtig.
        Die Firma hat Thomas Keller vor dem Bankrott gerettet und verkauft.
    """,
    "CL007": """
        Im Garten steht die älteste Pflaume des Landes.
        Es ist der größte Wochenmarkt der Welt.
        Die Wiese ist die erste ihrer Art in Europa, und sie ist der längste Garten Europas.
        Deutschlands größter Kompost liegt hinter dem Zaun.
        Die Birne ist die beliebteste Sorte aller Zeiten.
        Der Bodensee ist der größte See in Deutschland.
        Das Werk ist das meistverkaufte Buch der Geschichte.
        Der Wal ist das größte Tier der Welt.
        China ist der größte Markt der Welt.
    """,
}

# Sentences that are right without a citation.
CONTENT = """
    Laut Ines Marlow überleben 83 Prozent der Setzlinge.
    Ines Marlow sagt, dass 40 Prozent der Samen keimen.
    Nur 40 Prozent der Samen keimen, sagt Ines Marlow.
    Nur 40 Prozent der Samen keimen, so Marlow.
    Nur 40 Prozent der Samen keimen, erklärt die Gärtnerin.
    Marlow zufolge keimen nur 40 Prozent der Samen.
    Nach Ansicht von Jonas Brandt kostet ein Beet 300 Euro.
    Marlows Ansicht nach kostet ein Beet 300 Euro.
    Nach Angaben des Vereins kamen 1.200 Besucher.
    Brandt weist darauf hin, dass der Hof 1987 verkauft wurde.
    Brandt hat in einem Gespräch berichtet, dass der Hof 1987 verkauft wurde.
    Wie Ines Marlow am Zaun erzählt, wurde der Markt 1987 verlegt.
    Der Markt wurde 1987 verlegt, wie Ines Marlow erzählt.
    Damals betonte Marlow, dass 20 Prozent genügen.
    Marlow und Brandt betonen, dass 20 Prozent genügen.
    Die Autorin schreibt, der Garten habe 300 Besucher.
    Der Ertrag sei um 30 Prozent gestiegen.
    Im Gespräch mit Ines Marlow ist von 300 Besuchern die Rede.
    „Der Frost nimmt, was du am Abend nicht zugedeckt hast“, sagt Ines Marlow.
    „Der Frost nimmt, was du am Abend nicht zugedeckt hast“ – Ines Marlow
    „Der Frost nimmt, was du am Abend nicht zugedeckt hast“ (Ines Marlow).
    Ines Marlow: „Der Frost nimmt, was du am Abend nicht zugedeckt hast.“
    Brandt meint: »Wer im März zu früh sät, der sät im April noch einmal.«
    Brandt beschreibt die 1990er Jahre als eine Zeit, in der es keinen Zaun gab.
    Wissenschaftlerin Ines Marlow zeigte, dass 30 Prozent genügen.
    Gießen Sie die Beete mit 20 Litern Wasser.
    Decken Sie mindestens 80 Prozent des Bodens ab.
    Achte darauf, dass 50 Prozent der Fläche frei bleiben.
    Der Boden sollte zu 30 Prozent aus Sand bestehen.
    Man muss die Beete mit über 20 Litern gießen.
    Bitte nicht mehr als 10 Prozent auf einmal schneiden.
    Nehmen wir 20 Prozent Sand und 80 Prozent Lehm.
    Wenn 30 Prozent der Blätter fallen, ist es Herbst.
    Angenommen, der Ertrag steigt um 30 Prozent.
    Stell dir vor, es kommen 5.000 Besucher.
    Falls mehr als 300 Besucher kommen, wird es eng.
    Wie viel Prozent der Samen keimen im ersten Jahr?
    Haben Studien gezeigt, dass Minze hilft?
    Warum wurde der Markt 1987 verlegt?
    Ich habe 1987 den ersten Baum gepflanzt.
    Mein Beet kostet im Jahr 300 Euro.
    Insgesamt wuchs der Ertrag um 30 Prozent.
    Zusammenfassend brachte das Jahr 1987 die Wende.
    Mulch ist eine Schicht aus Laub und Stroh, die den Boden bedeckt.
    Unter Gründüngung versteht man Pflanzen, die den Boden nähren.
    Ein Frühbeet ist ein Kasten mit einem Deckel aus Glas.
    Kompost verbessert den Boden und hält das Wasser.
    Der Roggen wächst auch auf armen Böden.
    Die Beete liegen am Fluss und sind im Sommer trocken.
    Der Markt findet am Samstag statt.
    Es ist eine der ältesten Pflaumen des Landes.
    Die größten Pflanzen stehen hinten im Beet.
    Zum ersten Mal in der Geschichte des Gartens blüht die Birne.
    Das Buch „Der kleine Garten“ ist ein guter Anfang.
    Der Film »Hundert Jahre Garten« läuft im Kino.
    Mit „Boden“ ist hier die oberste Schicht gemeint.
    Die sogenannte „kalte Sophie“ kommt im Mai.
    Der Garten hat drei Ziele:
    Die wichtigsten Punkte sind die folgenden:
    Die Samen liegen 2 Zentimeter tief in der Erde.
    Die Beete 1 und 2 liegen im Schatten.
    Der Weg zum Stand ist im Winter gesperrt.
    Alte Sorten brachten dem Hof guten Ruf.
    Frischer Kompost wurde im Herbst gekauft.
    Die Gärtnerei verkaufte Samen und Setzlinge.
    Der Verein kaufte Werkzeug für alle.
    Im Sommer gewann die Tomate an Geschmack.
    Ende März begann die Aussaat.
    Das Wetter spielt eine große Rolle, vor allem im April.
    Die Ernte ist zu 100 Prozent von Hand gemacht.
    Die Karte gilt bis 2030 für alle Beete.
    Vor dem Zaun steht eine Bank.
    Anna Weber rechnet vor, dass eine Stunde 80 Euro kostet.
    Der Gründer erzählt, wie er 2011 mit 5.000 Euro begann.
    Für Weber ist klar, dass 90 Prozent der Zeit verloren gehen, wie sie im Interview erklärt.
    Sie habe damals 20 Prozent ihres Lohns gespart.
    Aus Sicht von Anna Weber sind 10 Prozent genug.
    Wer 30 Prozent spart, hat mehr vom Leben.
    Planen Sie für jede Aufgabe mindestens 20 Prozent Puffer ein.
    Eine gute Regel lautet, höchstens drei Dinge am Tag zu tun.
    Teile die Arbeit in Schritte von 25 Minuten.
    Ein Algorithmus ist eine Folge von Schritten, die ein Problem löst.
    Der Begriff „Humus“ stammt aus dem Lateinischen.
    Gute Führung beginnt mit Vertrauen.
    Das Team arbeitet in kleinen Gruppen.
    Große Firmen verloren den Anschluss.
    Die Regierung kaufte Impfstoff.
    Herr Weber eröffnete die Sitzung.
    Junge Leute zogen in die Stadt.
    Der erste Schritt ist der wichtigste.
    Die Serie „Das Dorf im Wald“ läuft im Fernsehen.
    Was passierte 1989 in Berlin?
    Zum Beispiel könnte man 10 Prozent des Gewinns spenden.
    Man stelle sich 1.000 Ameisen vor.
    Die Methode hilft, den Überblick zu behalten.
    Ihrer Meinung nach verschwinden 40 Prozent der Stellen.
    Weber zitiert eine Studie, nach der 70 Prozent scheitern.
    Dem Autor zufolge lebten 1850 hier 200 Familien.
    So sagte Weber, dass 1999 alles anders wurde.
    Das Projekt startete, so Weber, im Jahr 2004.
    Thomas Keller glaubt, dass 60 Prozent der Arbeit verschwinden.
    Laut dem Statistischen Bundesamt leben 84 Millionen Menschen in Deutschland.
    Keller verweist auf eine Studie mit 2.000 Teilnehmern.
    Keller erklärte 2015, dass er aufhört.
    Die Moderatorin fragt, ob 20 Prozent reichen.
    Nimm dir 30 Minuten Zeit und schreibe alles auf.
    Führen Sie das Gespräch nach spätestens 3 Monaten.
    Stellen Sie sich vor, Sie verlieren 50 Prozent Ihres Geldes.
    Mit 100 Euro im Monat beginnt der Plan, rät Keller.
    Am Ende zählt, was bleibt.
    Ein ETF ist ein Fonds, der einen Index nachbildet.
    Diese Haltung führt zu mehr Ruhe.
    Deutsche Firmen gewannen an Boden.
    Die Stadt baute eine neue Brücke.
    Vertrauen entsteht durch kleine Gesten.
    Seine Kritik richtete sich gegen 30 Prozent der Regeln.
    In seinem Buch „Zeit der Stille“ beschreibt Keller das Jahr 1999.
    Könnte die Zahl auf 10 Prozent fallen?
    Damit will Keller bis 2030 fertig sein.
    Das ist der beste Weg, um Zeit zu sparen.
    Er empfiehlt, 20 Prozent zu sparen.
    Dazu gehören Fragen wie „Was willst du in zehn Jahren sein?“
    Kellers Rat: 10 Prozent zurücklegen.
    Am besten sind 7 bis 8 Stunden Schlaf.
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@cache
def _rules():
    rules = {rule.code: rule for rule in load_catalogue().rules}
    return [rules[f"CL00{number}"] for number in range(2, 10)]


def found(text: str) -> list[tuple[str, str]]:
    """Code and words of all findings of the rules on claims."""
    note = Note("note.md", decode(text.encode("utf-8")))
    recording = Recording("gardenwalk1", {"note.md": note}, SETTINGS)
    return [
        (rule.code, note.text[finding.span.start : finding.span.end])
        for rule in _rules()
        for finding in rule.check.run(note, SourceContext(SETTINGS, rule.params, rule.fix, recording))
    ]


def alone(sentence: str) -> list[tuple[str, str]]:
    """What is found of a sentence in a section of its own, in a note that cites."""
    return found(
        f"---\nvideoId: gardenwalk1\n---\nDer Garten liegt am Fluss und ist alt [00:01:10].\n\n## Beet\n\n{sentence}\n"
    )


# Of those, what is missed or told of by another rule: a first word that might be an adjective makes no name, indirect speech
# is somebody's, sentences that begin with `wer` suppose.
MISSED = {
    "Die Anlage liefert 3 Megawatt Strom.": [],
    "»Wer im März zu früh sät, der sät im April noch einmal.«": [],
    "Manche behaupten, der Dünger sei schädlich.": [],
    "Vor etwa 10.000 Jahren begannen Menschen mit dem Ackerbau.": ["CL002"],
    "Steve Jobs kehrte zu Apple zurück und stellte das Telefon vor.": [],
    "Marie Curie entdeckte zwei Elemente.": [],
}
CASES = [(code, sentence) for code, text in WANTING.items() for sentence in _lines(text)]


@pytest.mark.parametrize(("code", "sentence"), CASES, ids=[sentence for _, sentence in CASES])
def test_a_claim_is_found_by_its_rule(code, sentence):
    assert alone(sentence) == [(rule, sentence) for rule in MISSED.get(sentence, [code])]


@pytest.mark.parametrize("sentence", _lines(CONTENT))
def test_what_needs_no_citation_is_left_alone(sentence):
    assert alone(sentence) == []


PLUM = """---
title: Die alte Pflaume
videoId: gardenwalk1
---
# Die alte Pflaume

Im Garten steht seit langem ein Baum, von dem viele erzählen.

## Herkunft

Der Baum wurde 1890 am Fluss gepflanzt [00:02:10]. Er ist heute z. B. für die Bienen wichtig. Rund 3,5 Mio. Pflaumen hat er
in dieser Zeit getragen [00:02:40].

Ines Marlow nennt ihn den Großvater. Sie schätzt, dass er noch 20 Jahre trägt.

## Pflege

Für den Schnitt gilt eine kurze Liste:

- Im Winter werden etwa 10 Prozent der Zweige entfernt [00:05:00].
- Schneiden Sie nie mehr als 30 Prozent auf einmal.
- „Ein Baum verzeiht vieles, aber er vergisst nichts“ [00:05:40]

> „Wir haben den Baum nie gespritzt und nie gedüngt.“
> — Jonas Brandt

## Fazit

Der Baum trägt seit mehr als 100 Jahren und bleibt.
"""
MARKET = """---
title: Der Markt
videoId: gardenwalk2
---
## Geschichte

Im 19. Jahrhundert war der Platz eine Weide [00:01:00]. Im Jahr 1987 zog der Markt an den Fluss
[00:01:30]. Heute kommen an jedem
Samstag über 300 Besucher [00:02:00].

## Menschen

Später gründete Ines Marlow die Saatgutbibliothek [00:03:00]. Studien zeigen, dass solche Orte den Zusammenhalt stärken
[00:03:20].

## Sorten

Am Stand liegt die älteste Kartoffel des Landes [00:04:00]. Wer mag, nimmt eine mit. Warum ist sie blau?
"""
CITED = re.compile(r"[ \n]\[\d\d:\d\d:\d\d\]")


@pytest.mark.parametrize("text", [PLUM, MARKET])
def test_notes_that_cite_are_left_alone(text):
    assert found(text) == []


def test_without_citations_their_claims_are_found():
    assert found(CITED.sub("", PLUM)) == [
        ("CL002", "Rund 3,5 Mio. Pflaumen hat er\nin dieser Zeit getragen."),
        ("CL002", "Im Winter werden etwa 10 Prozent der Zweige entfernt."),
        ("CL003", "„Ein Baum verzeiht vieles, aber er vergisst nichts“"),
        ("CL005", "Der Baum wurde 1890 am Fluss gepflanzt."),
        ("CL009", "Die alte Pflaume"),
    ]
    assert found(CITED.sub("", MARKET)) == [
        ("CL002", "Heute kommen an jedem\nSamstag über 300 Besucher."),
        ("CL004", "Studien zeigen, dass solche Orte den Zusammenhalt stärken."),
        ("CL005", "Im 19. Jahrhundert war der Platz eine Weide."),
        ("CL005", "Im Jahr 1987 zog der Markt an den Fluss."),
        ("CL006", "Später gründete Ines Marlow die Saatgutbibliothek."),
        ("CL007", "Am Stand liegt die älteste Kartoffel des Landes."),
        ("CL009", "Der Markt"),
    ]


def test_ordinals_and_abbreviations_end_no_sentence():
    text = (
        "Am 3. März kam Frost. Das gilt z. B. im 19. Jahrhundert, d. h. früher. Der 1. Preis ging an Prof. Dr. Brandt."
    )
    note = Note("note.md", decode(text.encode("utf-8")))
    assert [sentence.words for sentence in Sentences(note, "de", dotted_ordinals=True)] == [
        "Am 3. März kam Frost.",
        "Das gilt z. B. im 19. Jahrhundert, d. h. früher.",
        "Der 1. Preis ging an Prof. Dr. Brandt.",
    ]
