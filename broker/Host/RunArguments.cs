using System.Net;

namespace MqttPay.Broker.Host;

/// <summary>The arguments of <c>run</c>.</summary>
internal sealed record RunArguments(IPEndPoint Endpoint, bool Anonymous, string? Passwords, bool Json, bool Child);
