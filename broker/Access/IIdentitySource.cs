namespace MqttPay.Broker.Access;

/// <summary>
/// Says who a user name and password belong to: a password file when the broker runs alone, the agent's roster.
/// </summary>
public interface IIdentitySource
{
    /// <summary>Null means refused. Implementations take as long for an unknown user as for a wrong password.</summary>
    Identity? Authenticate(string clientId, string? user, ReadOnlySpan<byte> password);
}
