"""Outcomes to one self-contained HTML file: readable without JavaScript, on a phone, in the dark, on paper.

build  ┐                                  ┌ overview   the sums, the pictures
crawl  ┴▶ survey ─▶ data ─▶ page ◀────────┼ articles   texts as received, every removal marked
(read)    (count)  (values) (one file)    ├ copies     what was dropped, beside the article that stays
     └──▶ sampling                        ├ rules      what they cut, what those on trial would have, what found nothing
          (some of many)                  ├ quality    the values of each signal, where a selection cut, who stands beside the cut
                                          ├ sources    how they do, what hinders, the last runs
                                          └ tables     rejected, failed
"""
