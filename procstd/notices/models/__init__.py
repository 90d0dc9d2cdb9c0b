from procstd.notices.models.delivery import Channel, Delivery, DeliveryState
from procstd.notices.models.notice import Notice
from procstd.notices.models.preference import Preference, Rhythm
from procstd.notices.models.robot import Kind, Robot

__all__ = ["Channel", "Delivery", "DeliveryState", "Kind", "Notice", "Preference", "Rhythm", "Robot"]
