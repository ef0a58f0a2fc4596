using MqttPay.Broker.Access;

namespace MqttPay.Broker.Machine;

/// <summary>
/// What a CONNECT asks of the session table. The answer appends the CONNACK; its argument is "session present".
/// </summary>
internal sealed record SessionRequest(
    string ClientId, Identity Identity, Outlet Outlet, bool CleanStart, uint ExpirySeconds, int Window, Will? Will,
    Action<bool> Answer);
