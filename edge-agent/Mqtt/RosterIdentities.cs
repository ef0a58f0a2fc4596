using System.Security.Cryptography;
using MqttPay.Broker.Access;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>
/// Who may connect to the gateway's own broker: the active devices of the roster, by the password of their enrolment.
/// </summary>
internal sealed class RosterIdentities : IIdentitySource
{
    private static readonly byte[] NobodysSalt = new byte[16];
    private static readonly byte[] NobodysHash = new byte[32];
    private volatile Dictionary<KeyId, RosterDevice> devices = [];

    public void Update(Roster roster) => devices = roster.Devices.ToDictionary(device => device.Key.Id);

    public Identity? Authenticate(string clientId, string? user, ReadOnlySpan<byte> password)
    {
        RosterDevice? device = null;
        if (KeyId.TryParse(user, out var kid) && clientId == user) devices.TryGetValue(kid, out device);

        // Unknown users take as long as wrong passwords.
        var right = Matches(device?.PasswordSalt ?? NobodysSalt, device?.PasswordHash ?? NobodysHash, password);
        return right && device is { Status: RosterDevice.Active } ? new(user!, kid, Role.Device) : null;
    }

    private static bool Matches(byte[] salt, byte[] hash, ReadOnlySpan<byte> password)
    {
        Span<byte> actual = stackalloc byte[32];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(salt);
        sha.AppendData(password);
        sha.GetHashAndReset(actual);
        return CryptographicOperations.FixedTimeEquals(actual, hash);
    }
}
