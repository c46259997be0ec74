"""BibTeX of the method, its parts and the models that are widely used; what is not known is cited by its file."""

from __future__ import annotations

from collections.abc import Sequence

ENTRIES: dict[str, str] = {
    "grootendorst2022bertopic": """@article{grootendorst2022bertopic,
  title = {{BERTopic}: Neural topic modeling with a class-based {TF-IDF} procedure},
  author = {Grootendorst, Maarten},
  journal = {arXiv preprint arXiv:2203.05794},
  year = {2022}
}""",
    "reimers2019sentencebert": """@inproceedings{reimers2019sentencebert,
  title = {Sentence-{BERT}: Sentence Embeddings using {Siamese} {BERT}-Networks},
  author = {Reimers, Nils and Gurevych, Iryna},
  booktitle = {Proceedings of the 2019 Conference on Empirical Methods in Natural Language Processing},
  year = {2019},
  doi = {10.18653/v1/D19-1410}
}""",
    "mcinnes2018umap": """@article{mcinnes2018umap,
  title = {{UMAP}: Uniform Manifold Approximation and Projection for Dimension Reduction},
  author = {McInnes, Leland and Healy, John and Melville, James},
  journal = {arXiv preprint arXiv:1802.03426},
  year = {2018}
}""",
    "campello2013hdbscan": """@inproceedings{campello2013hdbscan,
  title = {Density-Based Clustering Based on Hierarchical Density Estimates},
  author = {Campello, Ricardo J. G. B. and Moulavi, Davoud and Sander, Joerg},
  booktitle = {Advances in Knowledge Discovery and Data Mining},
  pages = {160--172},
  year = {2013},
  doi = {10.1007/978-3-642-37456-2_14}
}""",
    "mcinnes2017hdbscan": """@article{mcinnes2017hdbscan,
  title = {hdbscan: Hierarchical density based clustering},
  author = {McInnes, Leland and Healy, John and Astels, Steve},
  journal = {Journal of Open Source Software},
  volume = {2},
  number = {11},
  pages = {205},
  year = {2017},
  doi = {10.21105/joss.00205}
}""",
    "grootendorst2020keybert": """@misc{grootendorst2020keybert,
  title = {{KeyBERT}: Minimal keyword extraction with {BERT}},
  author = {Grootendorst, Maarten},
  year = {2020},
  doi = {10.5281/zenodo.4461265}
}""",
    "carbonell1998mmr": """@inproceedings{carbonell1998mmr,
  title = {The Use of {MMR}, Diversity-Based Reranking for Reordering Documents and Producing Summaries},
  author = {Carbonell, Jaime and Goldstein, Jade},
  booktitle = {Proceedings of the 21st Annual International {ACM} {SIGIR} Conference on Research and Development in Information Retrieval},
  pages = {335--336},
  year = {1998},
  doi = {10.1145/290941.291025}
}""",
    "llamacpp": """@misc{llamacpp,
  title = {llama.cpp},
  author = {Gerganov, Georgi and others},
  year = {2023},
  howpublished = {\\url{https://github.com/ggml-org/llama.cpp}}
}""",
    "wang2020minilm": """@article{wang2020minilm,
  title = {{MiniLM}: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers},
  author = {Wang, Wenhui and Wei, Furu and Dong, Li and Bao, Hangbo and Yang, Nan and Zhou, Ming},
  journal = {arXiv preprint arXiv:2002.10957},
  year = {2020}
}""",
    "xiao2023cpack": """@article{xiao2023cpack,
  title = {{C-Pack}: Packed Resources For General {Chinese} Embeddings},
  author = {Xiao, Shitao and Liu, Zheng and Zhang, Peitian and Muennighoff, Niklas},
  journal = {arXiv preprint arXiv:2309.07597},
  year = {2023}
}""",
    "wang2024me5": """@article{wang2024me5,
  title = {Multilingual {E5} Text Embeddings: A Technical Report},
  author = {Wang, Liang and Yang, Nan and Huang, Xiaolong and Yang, Linjun and Majumder, Rangan and Wei, Furu},
  journal = {arXiv preprint arXiv:2402.05672},
  year = {2024}
}""",
    "touvron2023llama2": """@article{touvron2023llama2,
  title = {{Llama 2}: Open Foundation and Fine-Tuned Chat Models},
  author = {Touvron, Hugo and others},
  journal = {arXiv preprint arXiv:2307.09288},
  year = {2023}
}""",
    "allal2025smollm2": """@article{allal2025smollm2,
  title = {{SmolLM2}: When Smol Goes Big -- Data-Centric Training of a Small Language Model},
  author = {Allal, Loubna Ben and others},
  journal = {arXiv preprint arXiv:2502.02737},
  year = {2025}
}""",
}
# The part of a model file's name, in lower case, that tells which paper it belongs to.
KNOWN_MODELS = (
    ("minilm", "wang2020minilm"), ("bge-", "xiao2023cpack"), ("multilingual-e5", "wang2024me5"), ("llama-2", "touvron2023llama2"),
    ("smollm2", "allal2025smollm2"),
)  # fmt: skip


def references_for(keys: Sequence[str], models: Sequence[tuple[str, str]]) -> str:
    """The entries of these keys, then one for each model, given as name and sha256: its paper, or its file."""
    entries = [ENTRIES[key] for key in keys]
    for name, sha256 in models:
        key = next((key for part, key in KNOWN_MODELS if part in name.casefold()), None)
        entries.append(_model_entry(name, sha256) if key is None else ENTRIES[key])
    return "\n\n".join(dict.fromkeys(entries)) + "\n"


def _model_entry(name: str, sha256: str) -> str:
    plain = "".join(character if character.isalnum() or character in " .-" else " " for character in name)
    letters = "".join(character for character in name.casefold() if character.isascii() and character.isalnum()) or "model"
    key = f"{letters}-{sha256[:6]}"  # two models may have one name
    return f"@misc{{{key},\n  title = {{{plain}}},\n  note = {{Model file, sha256 {sha256}}}\n}}"
