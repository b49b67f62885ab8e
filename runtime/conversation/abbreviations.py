"""Words whose full stop is part of the word. Lower case, without the final stop."""

from __future__ import annotations

NEVER_END = frozenset(
    # Titles stand before a name, and these connectives before what they introduce.
    """
    dr mr mrs ms mx prof st hon rev fr gen col maj capt cmdr lt sgt sen rep gov pres supt mme mlle mgr
    vs cf viz e.g i.e eg ie approx ft mt
    hr hrn frl dipl ing bzw ggf evtl z.b d.h u.a s.o
    sra sras sres srta dra dras d.a exmo exma ud uds vd
    """.split()
)
"""Never the end of a sentence, whatever follows."""

MAY_END = frozenset(
    """
    a.m p.m am pm etc inc ltd co corp llc plc gmbh jr sr esq bros dept est al usw
    no nos nr vol vols fig figs sec ch pp ed eds art eq ref op ca resp incl excl esp ave blvd rd str tel
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    min max hrs kg km cm mm lb lbs oz
    """.split()
)
"""The end of a sentence where a new one visibly begins after it; a number or a small letter goes on."""

ORDINAL_CUES = frozenset("am der den dem des vom zum bis ab seit im jeden".split())
"""Before these German words a small number with a stop is an ordinal: `am 3. Mai`."""
