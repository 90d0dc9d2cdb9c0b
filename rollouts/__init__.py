"""Phase 5: training, acknowledgement, quiz, practice, waves of rollout (H2.5)."""
