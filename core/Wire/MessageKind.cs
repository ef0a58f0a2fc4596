namespace MqttPay.Wire;

/// <summary>
/// What a signature is for. A signature for one kind never serves as another: each has its own external_aad.
/// </summary>
public enum MessageKind
{
    /// <summary>A device's request, <c>MqttPay/req/1</c>.</summary>
    Request,
    /// <summary>An edge's round header, <c>MqttPay/rnd/1</c>.</summary>
    Round,
    /// <summary>A device's configuration, <c>MqttPay/cfg/1</c>.</summary>
    Config,
    /// <summary>A lease given to an edge, <c>MqttPay/grn/1</c>.</summary>
    Grant,
    /// <summary>The cloud's acknowledgement of a batch, <c>MqttPay/ack/1</c>.</summary>
    Ack,
    /// <summary>A new fence and the round to go on after, <c>MqttPay/fen/1</c>.</summary>
    Fence,
    /// <summary>A policy, <c>MqttPay/pol/1</c>.</summary>
    Policy,
    /// <summary>A deny list, <c>MqttPay/den/1</c>.</summary>
    DenyList,
    /// <summary>The devices of an edge, <c>MqttPay/dev/1</c>.</summary>
    Roster,
}
