"""Whether a clustering has thrown a whole corpus together, and what helps then, in a sentence; it knows only the assignment.

HDBSCAN's excess of mass prefers one cluster that lasts to many inside it: on a map with one huge cloud it takes the cloud for a topic.
Of ten seeds on 1,000 abstracts one ended so.
"""

from __future__ import annotations

import numpy as np

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.settings import ClusteringSettings, default_min_topic_size

FEWEST_DOCUMENTS = 300
MOST_TOPICS = 3
MOST_SHARE = 2 / 3
ROOM_FOR = 20  # topics of the smallest size: who asks for large ones gets few


def collapse(assignment: TopicAssignment, n_with_text: int, settings: ClusteringSettings) -> str:
    """What to say of at most three topics, one of which holds more than two thirds of a large corpus; empty where all is well."""
    size = settings.min_topic_size or default_min_topic_size(n_with_text)
    n_topics, largest = assignment.n_topics, int(np.count_nonzero(assignment.topic_of == 0))
    if n_with_text < max(FEWEST_DOCUMENTS, ROOM_FOR * size) or not 0 < n_topics <= MOST_TOPICS or largest <= MOST_SHARE * n_with_text:
        return ""
    ways = ["another seed", f"a smaller topic size than {size}"]
    if settings.selection == "eom":
        ways.insert(0, "Selection “leaf” ([clustering] selection in a settings file)")
    said = f"{n_topics} topic{'s' * (n_topics > 1)}, one of which holds {largest / n_with_text:.0%} of {n_with_text:,} documents"
    return f"The map has collapsed into {said}. What helps: {', '.join(ways[:-1])} or {ways[-1]}."
