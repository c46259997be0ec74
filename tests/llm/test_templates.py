import pytest

from topicdesk.llm import templates
from topicdesk.llm.templates import known_template

SYSTEM, TURNS, QUESTION = "Name it.", [("Sun?", "Stars")], "Moon?"

# As the model's own template (or, for Llama 2, Meta's reference code) writes this conversation; the one beginning is the vocabulary's.
RENDERED = {
    "chatml": "<|im_start|>system\nName it.<|im_end|>\n<|im_start|>user\nSun?<|im_end|>\n<|im_start|>assistant\nStars<|im_end|>\n"
    "<|im_start|>user\nMoon?<|im_end|>\n<|im_start|>assistant\n",
    "qwen-3": "<|im_start|>system\nName it.<|im_end|>\n<|im_start|>user\nSun?<|im_end|>\n<|im_start|>assistant\nStars<|im_end|>\n"
    "<|im_start|>user\nMoon?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    "llama-2": "[INST] <<SYS>>\nName it.\n<</SYS>>\n\nSun? [/INST] Stars </s><s>[INST] Moon? [/INST]",
    "llama-3": "<|start_header_id|>system<|end_header_id|>\n\nName it.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nSun?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\nStars<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nMoon?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "mistral-1": "[INST] Name it.\n\nSun? [/INST]Stars</s>[INST] Moon? [/INST]",
    "mistral-1-spaced": " [INST] Name it.\n\nSun? [/INST] Stars</s> [INST] Moon? [/INST]",
    "mistral-3": "[INST] Name it.\n\nSun?[/INST] Stars</s>[INST] Moon?[/INST]",
    "mistral-tekken": "[INST]Name it.\n\nSun?[/INST]Stars</s>[INST]Moon?[/INST]",
    "mistral-7": "[SYSTEM_PROMPT]Name it.[/SYSTEM_PROMPT][INST]Sun?[/INST]Stars</s>[INST]Moon?[/INST]",
    "gemma": "<start_of_turn>user\nName it.\n\nSun?<end_of_turn>\n<start_of_turn>model\nStars<end_of_turn>\n"
    "<start_of_turn>user\nMoon?<end_of_turn>\n<start_of_turn>model\n",
    "phi-3": "<|system|>\nName it.<|end|>\n<|user|>\nSun?<|end|>\n<|assistant|>\nStars<|end|>\n<|user|>\nMoon?<|end|>\n<|assistant|>\n",
    "phi-4": "<|im_start|>system<|im_sep|>Name it.<|im_end|><|im_start|>user<|im_sep|>Sun?<|im_end|><|im_start|>assistant<|im_sep|>Stars<|im_end|>"
    "<|im_start|>user<|im_sep|>Moon?<|im_end|><|im_start|>assistant<|im_sep|>",
    "phi-4-mini": "<|system|>Name it.<|end|><|user|>Sun?<|end|><|assistant|>Stars<|end|><|user|>Moon?<|end|><|assistant|>",
}

# What files bring, shortened to what tells them apart.
IN_FILES = {
    "chatml": [  # SmolLM2, Qwen 2.5
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}",
        "{%- if messages[0]['role'] == 'system' %}{{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}<tool_call>",
    ],
    "qwen-3": ["{{- '<|im_start|>assistant\\n' }}{%- if enable_thinking is defined %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"],
    "llama-2": [
        "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{{ bos_token + '[INST] ' + content + ' [/INST]' }}"
    ],
    "llama-3": ["{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}"],
    "mistral-1": ["{{ '[INST] ' + message['content'] + ' [/INST]' }}{{ message['content'] + eos_token}}"],
    "mistral-1-spaced": ["{{- ' [INST] ' + system_message + '\n\n' + message['content'] + ' [/INST]' }}{{- ' ' + message['content'] + eos_token}}"],
    "mistral-3": ["{{- \"[AVAILABLE_TOOLS] [\" }}{{- '[INST] ' + message['content'] + '[/INST]' }}"],
    "mistral-tekken": ['{{- "[AVAILABLE_TOOLS][" }}{{- "[INST]" + message["content"] + "[/INST]" }}'],
    "mistral-7": ["{{- '[SYSTEM_PROMPT]' + system_message + '[/SYSTEM_PROMPT]' }}{{- '[INST]' + message['content'] + '[/INST]' }}"],
    "gemma": ["{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}"],
    "phi-3": ["{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{{ '<|assistant|>\n' }}"],
    "phi-4": ["{{'<|im_start|>user<|im_sep|>' + message['content'] + '<|im_end|>'}}"],
    "phi-4-mini": ["{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{{ '<|assistant|>' }}"],
}


@pytest.mark.parametrize("template", templates.KNOWN, ids=lambda template: template.name)
def test_that_a_known_template_writes_a_conversation_as_its_model_has_it(template):
    assert template.render(SYSTEM, TURNS, QUESTION) == RENDERED[template.name]


@pytest.mark.parametrize(("name", "found"), [(name, found) for name, all_found in IN_FILES.items() for found in all_found])
def test_that_a_template_in_a_file_is_recognised_by_its_markers(name, found):
    assert known_template(found).name == name


@pytest.mark.parametrize(
    "found", ["", "{{ messages }}", "USER: {{ messages[0]['content'] }} ASSISTANT:", "<｜User｜>{{ content }}<｜Assistant｜>", "[SYSTEM_PROMPT] v7 [INST]"]
)
def test_that_other_templates_are_not_known(found):
    assert known_template(found) is None


@pytest.mark.parametrize("template", templates.KNOWN, ids=lambda template: template.name)
def test_that_without_a_system_text_there_is_no_system_turn_and_braces_are_text(template):
    text = template.render("", [], "{} and {user}")
    assert "system" not in text.lower()
    assert text.count("{} and {user}") == 1


def test_that_every_known_template_is_tested():
    assert {template.name for template in templates.KNOWN} == set(RENDERED) == set(IN_FILES)
