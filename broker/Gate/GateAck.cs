namespace MqttPay.Broker.Gate;

/// <summary>
/// What the sender's client hears: MQTT 5 gets the reason in its PUBACK (0x00, 0x87, 0x97, 0x99); MQTT 3.1.1 knows no
/// reasons and gets a bare PUBACK, except for <see cref="QuotaExceeded"/>, where silence makes it send again.
/// </summary>
public enum GateAck
{
    Accepted = 0,
    NotAuthorized = 1,
    QuotaExceeded = 2,
    PayloadFormatInvalid = 3,
}
