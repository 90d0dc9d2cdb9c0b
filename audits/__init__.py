"""The supervision of phase 5: monthly samples, checks, findings, corrective actions, compliance rate (H2.5.4)."""
