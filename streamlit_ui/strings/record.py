"""What the track record says."""

from streamlit_ui.strings.tongue import Sentence

TRACK_RECORD = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")
METRIC = Sentence("Measure", "지표")
VALUE = Sentence("Value", "값")
DECISION = Sentence("Why this model is in service", "이 모델을 쓰는 이유")
