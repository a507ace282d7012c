"""English: every list is one text, its words between commas."""

WORDS = {
    "function-words": """
        the, of, and, to, in, that, for, with, as, by, from, on, is, are, was, were, be, this, which, it, an, or,
        not, have, has
    """,
    "sources-headings": """
        sources, source, references, reference, bibliography, citations, works cited, footnotes, credits
    """,
    "related-headings": """
        further reading, notes, related links, external links, links, see also, related, related notes, related
        topics, resources, additional resources, further resources, further exploration, recommended reading,
        recommended resources, related concepts, related pages, related articles, related videos, explore more,
        further readings, further readings and resources, learn more
    """,
    "conclusion-headings": """
        conclusion, conclusions, concluding thoughts, concluding remarks, summary, in summary, key takeaways,
        takeaways, key takeaway, key points, final thoughts, closing thoughts, final remarks, closing remarks,
        wrap-up, wrapping up, tl;dr, tldr, overview, introduction, abstract, at a glance, executive summary, key
        insights, main takeaways, outlook
    """,
    "story-headings": """
        plot, plot summary, synopsis, story, storyline, characters, premise, gameplay, setting, narrative, cast,
        main characters, main plot, subplots, plot overview, story and characters, plot and characters
    """,
    "conclusion-openers": """
        in summary, to summarize, to summarise, to sum up, in sum, in conclusion, to conclude, overall, all in
        all, ultimately, in essence, in short, in closing, taken together, by and large, this note, this article,
        this page, this section
    """,
    "reporting-verbs": """
        said, says, say, stated, states, state, told, tells, tell, noted, notes, note, explained, explains,
        explain, argued, argues, argue, claimed, claims, claim, believed, believes, believe, thought, thinks,
        think, suggested, suggests, suggest, emphasized, emphasizes, emphasize, emphasised, emphasises, emphasise,
        highlighted, highlights, highlight, stressed, stresses, stress, described, describes, describe, mentioned,
        mentions, mention, pointed, points, point, recalled, recalls, recall, recounted, recounts, recount,
        shared, shares, share, asserted, asserts, assert, advised, advises, advise, recommended, recommends,
        recommend, advocated, advocates, advocate, proposed, proposes, propose, admitted, admits, admit,
        acknowledged, acknowledges, acknowledge, recognized, recognizes, recognises, observed, observes, observe,
        remarked, remarks, remark, commented, comments, comment, discussed, discusses, discuss, outlined,
        outlines, outline, predicted, predicts, predict, warned, warns, warn, cautioned, cautions, caution,
        insisted, insists, insist, contended, contends, contend, concluded, concludes, conclude, views, viewed,
        cited, cites, cite, estimated, estimates, estimate, clarified, clarifies, clarify, elaborated, elaborates,
        underlined, underlines, questioned, questions, urged, urges, urge, encouraged, encourages, quipped, joked,
        jokes, responded, responds, replied, replies, asked, asks, compared, compares, likened, likens,
        summarized, summarizes, detailed, details, articulated, articulates, posits, posited, speculated,
        speculates, envisions, envisioned, foresees, teaches, taught, learned, learns, realized, realizes,
        touches, touched, delves, dives, narrates, narrated, spoke, speaks, talked, talks, lamented, laments,
        praised, praises, criticized, criticizes, criticised, introduced the term, introduced the concept,
        introduced the idea, introduced the acronym, introduces the concept, introduces the idea, introduces the
        term, sees it as, found that, finds that, put it, puts it, showed that, shows that, shows how, opened up
        about, opens up about, expressed concern, expresses concern, expressed concerns, called for, calls for,
        calls it, called it, calls this, refers to, referred to, refers to this, elucidated, elucidates, explored,
        explores, anticipated, anticipates, expressed skepticism, expresses skepticism, jokingly, conveyed,
        conveys, addressed, addresses, hypothesized, hypothesizes, theorized, theorizes, championed, champions,
        approaches the, reflects on, reflected on, reflects upon, conducted research, conducted a study, conducted
        studies, conducts research, proclaimed, proclaims, proclaim, published a study, led a study
    """,
    "inverted-verbs": """
        said, says, wrote, writes, explained, explains, noted, notes, argued, argues, added, adds, recalled,
        recalls
    """,
    "according-to": """
        according to, in the words of, as told by, as told to, as described by, as explained by, as noted by, as
        argued by, as put by, as stated by, as discussed by, as highlighted by, as emphasized by, as mentioned by,
        as suggested by, as outlined by, described by, explained by, noted by, argued by, stated by, quoted by,
        reported by, cited by, coined by, proposed by, popularized by, discussed by, highlighted by, emphasized
        by, recommended by, shared by, mentioned by, suggested by, advocated by, outlined by, presented by,
        credited to, attributed to, in the view of, in the opinion of, told by, in a conversation with, in
        conversation with, in an interview with, interview with, conversation with, discussion with, in an episode
        with, articulated by, published by, conducted by, found by, study by, research by, work of, report by,
        survey by, data from, figures from, a study from, work by, book by, paper by, experiments by, insights
        from
    """,
    "possessed": """
        view, views, words, opinion, opinions, argument, arguments, story, stories, experience, experiences,
        advice, perspective, insight, insights, account, approach, framework, philosophy, theory, thesis, belief,
        beliefs, journey, idea, ideas, research, work, study, studies, book, talk, explanation, observation,
        observations, analysis, definition, example, reflection, reflections, discussion, recommendation,
        recommendations, prediction, predictions, claim, claims, point, message, vision, assertion, critique,
        narrative, statement, remark, remarks, law, principle, hypothesis, survey, report, analogy, metaphor,
        method, model, mantra, motto, quote, recounting, emphasis, concept, findings, paper
    """,
    "pronouns": """
        he, she, they
    """,
    "people": """
        host, guest, speaker, author, interviewer, interviewee, narrator, professor, founder, co-founder, ceo,
        presenter, podcaster, researcher, coach, doctor, scientist, journalist, historian, economist, teacher,
        instructor, creator, expert
    """,
    "unnamed": """
        studies, research, researchers, scientists, experts, critics, skeptics, sceptics, proponents, opponents,
        supporters, advocates, analysts, economists, historians, scholars, academics, psychologists, physicists,
        observers, commentators, people, many, some, others, most, several, few, everyone, someone, anyone,
        nobody, surveys, reports, data, evidence, sources, statistics, results, findings, tests, trials,
        experiments, companies, teams, leaders, founders, managers, users, customers, investors, employees,
        engineers, designers, parents, students, teachers, doctors, patients, this, that, these, those, it, there,
        here, what, which, who, when, where, while, if, as, although, though, however, but, and, or, so, because,
        since, after, before, during, in, on, at, by, for, from, with, to, of, the, a, an, one, two, his, her,
        their, its, our, my, your, we, you, i, i'm, today, then, later, finally, additionally, furthermore,
        moreover, instead, similarly, conversely, indeed, notably, also, both, each, every, all, any, another,
        such, how, why, once, first, second, third, next, never, always, often, sometimes, recently, despite,
        beyond, not, no, yes
    """,
    "supposing": """
        if, imagine, suppose, say, let's say, assume, assuming, what if, for example if, consider, think of,
        picture, let's, whether, when you, as you
    """,
    "imperatives": """
        use, avoid, start, make, keep, take, ensure, focus, ask, set, get, find, look, remember, notice, create,
        choose, add, run, write, read, go, put, give, don't, do, be, try, practice, identify, build, understand,
        learn, develop, define, track, measure, review, check, follow, include, seek, limit, stop, begin, allow,
        provide, offer, leverage, embrace, maintain, establish, invest, prioritize, recognize, schedule, test,
        plan, share, eat, drink, aim, apply, listen, talk, watch, visit, click, select, open, save, buy, sell,
        prepare, want, know, note, never, always, conduct, shift, collect, assess, evaluate, explore, gather,
        categorize, articulate, acknowledge, accept, communicate, present, demonstrate, analyze, experiment,
        engage, connect, encourage, foster, cultivate, incorporate, integrate, implement, consult, contact, join,
        visualize, imagine, reflect, prevent, reduce, increase, optimize, monitor, combine, mix, pour, place,
        hold, bring, turn, move, return, expect, assume, treat, respect, celebrate, delegate, hire, fire,
        negotiate, request, restrict, remove, install, configure, navigate, search, type, press, enter, download,
        upload, copy, paste, drag, call, send, email, frame, interrupt, convey, approach, commit, cover, plant,
        sow, water
    """,
    "advice": """
        should, must, need to, needs to, ought to, have to, try to, make sure, be sure to, it's important to, it
        is important to, it's okay to, it is okay to, it's fine to, can be used to
    """,
    "reporting-verbs-that": """
        added, adds, announce, announced, announces, attribute, attributed, attributes, call, called, calls,
        confirm, confirmed, confirms, consider, considered, considers, credit, credited, credits, declare,
        declared, declares, define, defined, defines, demonstrated, demonstrates, express, expressed, expresses,
        find, finds, found, identified, identifies, illustrate, illustrated, illustrates, introduces, maintain,
        maintained, maintains, opened, opens, presented, presents, put, puts, reflect, reflected, reflects,
        report, reported, reports, reveal, revealed, reveals, saw, sees, showed, shows, underscore, underscored,
        underscores, wrote, writes, write
    """,
    "adverbs": """
        also, has, have, had, then, further, often, later, once, even, did, does, himself, herself, still, would,
        will, can, could, might
    """,
    "adverb-endings": """
        ly
    """,
    "that": """
        that, how, why, what
    """,
    "as": """
        as
    """,
    "conjunctions": """
        and
    """,
    "articles": """
        the
    """,
    "name-particles": """
        van, von, de, der, den, la, le, al, bin
    """,
    "title-particles": """
        of, the
    """,
    "name-titles": """
        Dr, Prof, Mr, Mrs, Ms
    """,
    "about": """
        on
    """,
    "possessives": """
        his, her, their
    """,
    "genitives": """
        's, '
    """,
    "after-nouns": """
        of
    """,
    "see": """
        see, cf., e.g.
    """,
    "first-person-plural": """
        we, our
    """,
    "first-person": """
        I, I'm, I've, I'd, I'll, I’m, I’ve, I’d, I’ll, my, My, me, myself
    """,
    "story-parts": """
        act, volume, book, chapter, scene, canto
    """,
}
