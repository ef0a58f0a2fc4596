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

    /// <summary>The payee whose device this is; 0 for a payer's.</summary>
    public uint Payee { get; init; }

    /// <summary>The policy's tier that it belongs to, 0 for none.</summary>
    public int Tier { get; init; }

    /// <summary>Whether its key was attested at enrolment.</summary>
    public bool Attested { get; init; }

    /// <summary>
    /// The newest sequence of its epoch that the cloud knows of, told after this edge lost part of its history; names
    /// up to it are not decided again.
    /// </summary>
    public long SequenceFloor { get; init; }
}
