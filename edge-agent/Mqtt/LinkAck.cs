namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>What the publisher of a request is told in MQTT's own words; the table of docs/WIRE.md says when.</summary>
internal enum LinkAck
{
    /// <summary>PUBACK 0x00.</summary>
    Accepted,
    /// <summary>MQTT 5: PUBACK 0x87; 3.1.1: acknowledged.</summary>
    NotAuthorized,
    /// <summary>MQTT 5: PUBACK 0x97; 3.1.1: no acknowledgement, so that the client sends it again.</summary>
    QuotaExceeded,
    /// <summary>MQTT 5: PUBACK 0x99; 3.1.1: acknowledged, or it would come again for ever.</summary>
    PayloadFormatInvalid,
}
