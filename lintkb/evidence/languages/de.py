"""German: every list is one text, its words between commas."""

WORDS = {
    "traits": """
        capitalised nouns, dotted ordinals, verb second
    """,
    "function-words": """
        der, die, das, und, ist, nicht, mit, von, auf, für, eine, einen, dem, den, des, ein, sich, auch, wird,
        sind, im, zu, zum, zur, am, bei, wurde, nach, einer, einem, werden, als, aus, über, vor, oder, noch, nur,
        wie
    """,
    "sources-headings": """
        quellen, quelle, quellenangaben, quellenverzeichnis, literatur, literaturverzeichnis, literaturhinweise,
        einzelnachweise, nachweise, belege, referenzen, bibliografie, bibliographie, fußnoten, zitierte werke
    """,
    "related-headings": """
        anmerkungen, weblinks, links, siehe auch, verwandte themen, verwandte notizen, weiterführende links,
        weiterführende literatur, weiterführendes, zum weiterlesen, verwandtes, mehr dazu
    """,
    "conclusion-headings": """
        fazit, schluss, schlussfolgerung, schlussfolgerungen, schlusswort, zusammenfassung, kurzfassung,
        überblick, einleitung, einführung, ausblick, das wichtigste, das wichtigste in kürze, auf einen blick,
        kernaussagen, wichtigste erkenntnisse, abschließende gedanken, resümee, tl;dr, tldr
    """,
    "story-headings": """
        handlung, inhalt, inhaltsangabe, figuren, hauptfiguren, charaktere, besetzung, geschichte und figuren,
        plot, spielprinzip
    """,
    "story-parts": """
        akt, band, teil, kapitel, folge, episode, staffel, buch
    """,
    "conclusion-openers": """
        zusammenfassend, zusammengefasst, insgesamt, alles in allem, kurz gesagt, kurzum, unterm strich,
        letztlich, letztendlich, abschließend, im großen und ganzen, fazit, diese notiz, dieser artikel, diese
        seite, dieser abschnitt, dieser text
    """,
    "reporting-verbs": """
        sagt, sagte, sagen, sagten, gesagt, meint, meinte, meinen, meinten, gemeint, erklärt, erklärte, erklären,
        erklärten, betont, betonte, betonen, betonten, berichtet, berichtete, berichten, berichteten, erzählt,
        erzählte, erzählen, erzählten, schreibt, schrieb, schreiben, schrieben, geschrieben, erläutert,
        erläuterte, erläutern, erläuterten, argumentiert, argumentierte, argumentieren, argumentierten, behauptet,
        behauptete, behaupten, behaupteten, glaubt, glaubte, glauben, glaubten, vermutet, vermutete, vermuten,
        vermuteten, schätzt, schätzte, schätzen, schätzten, geschätzt, empfiehlt, empfahl, empfehlen, empfahlen,
        empfohlen, rät, riet, raten, rieten, geraten, warnt, warnte, warnen, warnten, gewarnt, erinnert,
        erinnerte, erinnern, erinnerten, beschreibt, beschrieb, beschreiben, beschrieben, schildert, schilderte,
        schildern, schilderten, geschildert, erwähnt, erwähnte, erwähnen, erwähnten, bemerkt, bemerkte, bemerken,
        bemerkten, kritisiert, kritisierte, kritisieren, kritisierten, lobt, lobte, loben, lobten, gelobt,
        fordert, forderte, fordern, forderten, gefordert, prognostiziert, prognostizierte, ergänzt, ergänzte,
        ergänzen, ergänzten, antwortet, antwortete, antworten, antworteten, geantwortet, fragt, fragte, gefragt,
        zitiert, zitierte, nennt, nannte, nennen, nannten, genannt, vergleicht, verglich, verglichen, spricht,
        sprach, sprechen, sprachen, gesprochen, denkt, dachte, denken, dachten, gedacht, findet, fand, plädiert,
        plädierte, plädieren, plädierten, räumt ein, räumte ein, verweist, verwies, verweisen, verwiesen, weist
        darauf, wies darauf, weist auch darauf, weisen darauf, wiesen darauf, hingewiesen, hebt hervor, hob
        hervor, heben hervor, hoben hervor, hervorgehoben, schlägt vor, schlug vor, schlagen vor, vorgeschlagen,
        merkt an, merkte an, merken an, angemerkt, führt aus, führte aus, ausgeführt, fügt hinzu, fügte hinzu,
        gibt an, gab an, geben an, gaben an, angegeben, gibt zu, gab zu, zugegeben, stellt fest, stellte fest,
        stellen fest, festgestellt, fasst zusammen, fasste zusammen, rechnet vor, rechnete vor, sieht darin, sah
        darin, hält es für, hielt es für, hält das für, hält dies für, versichert, versicherte, versichern,
        unterstreicht, unterstrich, bezeichnet, bezeichnete, bezeichnen, bezeichneten, definiert, definierte,
        kommentiert, kommentierte, beklagt, beklagte, bedauert, bedauerte, gesteht, gestand, verrät, verriet
    """,
    "reporting-verbs-that": """
        zeigt, zeigte, zeigen, zeigten, gezeigt, entdeckt, entdeckte, beweist, bewies, belegt, belegte, bestätigt,
        bestätigte, bestätigen, verkündet, verkündete, kündigt, lehrt, lehrte, weiß, wusste, lernt, lernte, sieht,
        sah, beobachtet, beobachtete, folgert, folgerte, schließt, schloss, offenbart, offenbarte, begründet,
        begründete, entgegnet, entgegnete, versteht, verstand
    """,
    "that": """
        dass, daß, wie, warum, weshalb, wieso, was
    """,
    "as": """
        als
    """,
    "auxiliaries": """
        hat, haben, hatte, hatten, habe
    """,
    "clause-openers": """
        wie, was
    """,
    "inverted-verbs": """
        sagt, sagte, meint, meinte, erklärt, erklärte, betont, betonte, berichtet, berichtete, erzählt, erzählte,
        schreibt, schrieb, erläutert, erläuterte, argumentiert, argumentierte, behauptet, behauptete, glaubt,
        glaubte, vermutet, vermutete, schätzt, schätzte, empfiehlt, empfahl, rät, riet, warnt, warnte, erinnert
        sich, erinnerte sich, beschreibt, beschrieb, schildert, schilderte, erwähnt, erwähnte, bemerkt, bemerkte,
        ergänzt, ergänzte, antwortet, antwortete, fragt, fragte, findet, fügt, fügte, hebt, hob, weist, wies,
        merkt, merkte, führt, führte aus, gibt, gab, rechnet, sagen, meinen, betonen, berichten, erklären,
        erzählen, zeigt sich, kritisiert, kritisierte, fordert, forderte, plädiert, plädierte, hält, hielt,
        verrät, verriet
    """,
    "according-to": """
        laut, gemäß, nach angaben von, nach angaben, nach ansicht von, nach ansicht, nach meinung von, nach
        meinung, nach auffassung von, nach auffassung, nach auskunft von, nach auskunft, nach aussage von, nach
        aussage, nach einschätzung von, nach einschätzung, nach überzeugung von, nach schätzung von, nach
        schätzungen von, nach worten von, mit den worten von, in den worten von, im gespräch mit, in einem
        gespräch mit, im interview mit, in einem interview mit, aus sicht von, aus sicht, in den augen von, einer
        studie von, eine studie von, einer umfrage von, einer untersuchung von, eine untersuchung von, einem
        bericht von, einem buch von, ein zitat von, beschrieben von, geprägt von, vorgeschlagen von, empfohlen
        von, zitiert von, zitiert nach
    """,
    "according-to-behind": """
        zufolge, nach zu urteilen
    """,
    "tags": """
        so, laut, meint, sagt
    """,
    "indirect-speech": """
        sei, seien, er habe, sie habe, Er habe, Sie habe, habe er, habe sie, habe man, man habe, werde er, werde
        sie, werde es, könne, müsse, wolle, dürfe, solle, gebe es, brauche es, brauche man
    """,
    "possessed": """
        ansicht, ansichten, meinung, meinungen, auffassung, überzeugung, worte, worten, aussage, aussagen,
        argument, argumente, argumenten, erfahrung, erfahrungen, rat, ratschlag, ratschläge, einschätzung,
        schätzung, darstellung, bericht, berichte, erzählung, these, thesen, theorie, ansatz, idee, ideen, buch,
        studie, studien, vortrag, erklärung, beobachtung, beobachtungen, beispiel, definition, empfehlung,
        empfehlungen, prognose, kritik, zitat, motto, regel, gesetz, prinzip, methode, modell, konzept, fazit,
        vorschlag, sicht, augen, bild, vergleich
    """,
    "possessives": """
        sein, seine, seiner, seinen, seinem, ihr, ihre, ihrer, ihren, ihrem
    """,
    "genitives": """
        s, 's, '
    """,
    "pronouns": """
        er, sie
    """,
    "people": """
        gast, gästin, gastgeber, gastgeberin, moderator, moderatorin, sprecher, sprecherin, autor, autorin,
        professor, professorin, gründer, gründerin, forscher, forscherin, ärztin, arzt, lehrer, lehrerin,
        expertin, experte
    """,
    "unnamed": """
        studien, studie, untersuchung, untersuchungen, forschung, forschungen, forscher, forschern, forschende,
        forschenden, wissenschaft, wissenschaftler, wissenschaftlern, wissenschaftlerinnen, experten, expertinnen,
        fachleute, fachleuten, kritiker, kritikern, befürworter, befürwortern, gegner, gegnern, anhänger,
        skeptiker, beobachter, beobachtern, historiker, historikern, ökonomen, psychologen, ärzte, ärzten,
        analysten, umfrage, umfragen, bericht, berichte, berichten, daten, statistik, statistiken, zahlen,
        quellen, schätzung, schätzungen, ergebnisse, ergebnis, erfahrung, erfahrungen, beobachtungen, tests,
        versuche, medien, legende, sage, leute, menschen, viele, vielen, manche, manchen, einige, einigen, andere,
        anderen, mehrere, mehreren, die meisten, meisten, wenige, niemand, jemand, jeder, jede, alle, allen, man,
        es, das, dies, diese, dieser, dieses, diesem, diesen, jene, der, die, den, dem, des, ein, eine, einer,
        einem, eines, einen, was, wer, wo, wann, wie, wenn, weil, da, dort, hier, dann, danach, davor, damals,
        heute, gestern, morgen, später, früher, schon, noch, auch, aber, und, oder, doch, sondern, denn, trotzdem,
        dennoch, deshalb, daher, darum, so, zudem, außerdem, allerdings, jedoch, dabei, damit, dadurch, dafür,
        dagegen, zuerst, zunächst, schließlich, zuletzt, oft, häufig, manchmal, immer, nie, selten, in, im, an,
        am, auf, aus, bei, beim, mit, nach, seit, von, vom, vor, zu, zum, zur, zwischen, über, unter, durch, für,
        gegen, ohne, um, während, wegen, trotz, bis, ab, als, ob, dass, obwohl, nachdem, bevor, sobald, sein,
        seine, seiner, ihr, ihre, ihrer, unser, unsere, mein, meine, kein, keine, beide, zwei, drei, vier, fünf,
        zehn, erst, erste, ersten, erster, zweite, zweiten, letzte, letzten, nur, nicht, sehr, mehr, ende, anfang,
        mitte, januar, februar, märz, april, mai, juni, juli, august, september, oktober, november, dezember,
        montag, dienstag, mittwoch, donnerstag, freitag, samstag, sonntag, frühling, sommer, herbst, winter, jahr,
        jahre, jahren, uhr, prozent, euro, liter, kilo, kilogramm, gramm, tonne, tonnen, meter, kilometer, hektar,
        stück, herr, frau, familie, firma, stadt, dorf, quadratmeter, eimer, sack, säcke, million, millionen,
        milliarde, milliarden, inzwischen, mittlerweile, bislang, bisher, seither, seitdem, anschließend,
        daraufhin, demnach, somit, folglich, allgemein, generell, grundsätzlich, tatsächlich, offenbar,
        vermutlich, wahrscheinlich, natürlich, besonders, insbesondere, ebenso, ebenfalls, gleichzeitig,
        stattdessen, hingegen, übrigens, jährlich, täglich, bereits, heutzutage, kürzlich, neulich, jüngst,
        ursprünglich, anfangs, einst, bald, endlich, ferner, überdies, darüber, darin, daran, darauf, davon,
        hinzu, hierbei, hierzu, dazu, leider, vielleicht, meist, meistens, teilweise, traditionell, historisch,
        weltweit, international, beispiel, zitat, regel, hinweis, tipp, achtung, wichtig, sie, er, wir, ich,
        ihnen, ihn, ihm
    """,
    "supposing": """
        wenn, falls, sofern, ob, wer, angenommen, nehmen wir an, gesetzt den fall, stell dir vor, stellen wir uns
        vor, stellen sie sich vor, stelle man sich, man stelle sich, gäbe es, wäre, hätte, sollte, zum beispiel
        wenn, vorausgesetzt, sagen wir
    """,
    "imperatives": """
        achte, beginne, benutze, bitte, decke, denke daran, ernte, fang, fange, gib, gieße, grabe, halte, häufle,
        hole, kaufe, lass, lasse, lege, lies, mach, mache, meide, mische, miss, nimm, nutze, öffne, pflanze,
        pflücke, plane, probiere, prüfe, räume, reche, säe, schneide, schreibe, setze, sorge, stelle, streue,
        teile, trenne, trockne, verteile, vermeide, verwende, wähle, warte, wässere, wiederhole, zähle, zupfe,
        rechne, merke, notiere, vergiss, denk, achtet, gießt, nehmt
    """,
    "address": """
        Sie, ihr, wir
    """,
    "advice": """
        sollte, sollten, solltest, solltet, muss, müssen, musst, müsst, darf nicht, dürfen nicht, empfiehlt sich,
        empfiehlt es sich, empfehlen sich, lohnt sich, lohnt es sich, am besten, ist ratsam, ist es ratsam, ist es
        sinnvoll, ist es wichtig, ist wichtig, ist darauf zu achten, man nehme, besser ist es, es gilt
    """,
    "first-person": """
        ich, Ich, mir, Mir, mich, Mich, mein, meine, meinem, meinen, meiner, meines, Mein, Meine, Meinem, Meinen,
        Meiner
    """,
    "first-person-plural": """
        wir, unser, unsere, unserem, unseren, unserer
    """,
    "adverbs": """
        auch, hat, haben, hatte, habe, dann, außerdem, zudem, oft, häufig, später, einmal, noch, selbst, sogar,
        dazu, daher, deshalb, jedoch, aber, immer, wieder, hier, dort, heute, gern, gerne, weiter, ebenfalls,
        zusätzlich
    """,
    "conjunctions": """
        und
    """,
    "articles": """
        der, die, das, den, dem, des, ein, eine, einen, einem, einer, eines
    """,
    "name-particles": """
        von, van, de, der, den, zu, zur, vom, la, le, al, bin
    """,
    "title-particles": """
        of, the
    """,
    "name-titles": """
        Dr, Prof, Frau, Herr
    """,
    "about": """
        über, zu, zum, zur
    """,
    "see": """
        siehe, siehe auch, s., vgl., z. B., etwa, nach
    """,
    "adjective-endings": """
        e, er, en, es, em
    """,
}
