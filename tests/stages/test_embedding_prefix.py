import pytest

from topicdesk.stages.embedding_prefix import prefix_for_texts


@pytest.mark.parametrize(
    ("prompts", "default", "names", "prefix"),
    [
        ({}, None, "all-MiniLM-L6-v2", ""),
        ({"query": "", "document": ""}, None, "bge-small-en BAAI/bge-small-en", ""),
        ({"query": "query: ", "passage": "passage: "}, None, "a model", "passage: "),
        ({"query": "Instruct: ", "document": ""}, None, "qwen3-embedding", ""),
        ({"search_query": "search_query: ", "clustering": "clustering: "}, None, "nomic", "clustering: "),
        (
            {"query": "task: search", "document": "title: none | text: ", "Clustering": "task: clustering | query: "},
            None,
            "gemma",
            "task: clustering | query: ",
        ),
        ({"s2p": "query: "}, "s2p", "a model", "query: "),
        ({"query": "", "document": ""}, None, "multilingual-e5-small", "query: "),
        ({}, None, "my folder intfloat/e5-base-v2", "query: "),
        ({"query": "", "document": ""}, None, "multilingual-e5-large-instruct", ""),
        ({"document": "doc: "}, None, "e5-tuned", "doc: "),
    ],
)
def test_that_the_prefix_is_the_one_that_a_models_folder_asks_for(prompts, default, names, prefix):
    assert prefix_for_texts(prompts, default, names) == prefix
