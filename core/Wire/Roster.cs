using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>The devices and payees of one edge, as one signed version.</summary>
/// <param name="Payee">Who is paid when a request does not say.</param>
/// <param name="Payees">Who else may be named.</param>
public sealed record Roster(
    uint Version, uint Edge, uint Payee, IReadOnlyList<uint> Payees, IReadOnlyList<RosterDevice> Devices);

/// <summary>What an edge knows of an enrolled device.</summary>
/// <param name="Accounts">The accounts it may name, the first being the one that it means when it names none.</param>
/// <param name="OperationMask">Bit (1 &lt;&lt; operation) for each operation that it may ask.</param>
/// <param name="Status">1 active, 2 revoked.</param>
/// <param name="PasswordSalt">16 bytes.</param>
/// <param name="PasswordHash">SHA-256(salt ‖ UTF-8 of the password), 32 bytes.</param>
/// <param name="Config">The signed config message to retain on <c>p/{kid}/c</c>.</param>
public sealed record RosterDevice(
    PublicKey Key, uint Epoch, IReadOnlyList<(AccountId Account, int Currency)> Accounts, int OperationMask, int Status,
    byte[] PasswordSalt, byte[] PasswordHash, byte[] Config)
{
    public const int Active = 1, Revoked = 2;
}
