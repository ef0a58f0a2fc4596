using MqttPay.CloudSync.Enrolment;

namespace MqttPay.CloudSync.Http;

/// <summary>Who is asking: a key, and what it may do.</summary>
internal sealed record Caller(long KeyId, string Scope, string Token)
{
    /// <summary>The name under which idempotency keys and movements are kept.</summary>
    public string Principal => $"key:{KeyId}";

    /// <summary>
    /// Admin may do all that the public API has; a gateway's key reaches that gateway's endpoints and no more.
    /// </summary>
    public bool May(string scope) => Scope == scope || (Scope == KeyRing.Admin && scope == KeyRing.Read);
}
