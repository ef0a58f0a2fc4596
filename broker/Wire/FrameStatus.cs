namespace MqttPay.Broker.Wire;

internal enum FrameStatus
{
    NeedMore = 1,
    Measured = 2,
    Refused = 3,
}
