using System.Collections.Frozen;
using MqttPay.Payments;

namespace MqttPay.Broker.Access;

/// <summary>Lines of <c>name:role:scheme$…</c>, read whole or not at all.</summary>
public sealed class PasswordFile : IIdentitySource
{
    private readonly FrozenDictionary<string, Entry> entries;
    private readonly PasswordHash nobody = PasswordHash.Create(Role.Device, "nobody");

    private PasswordFile(FrozenDictionary<string, Entry> entries) => this.entries = entries;

    /// <summary>Throws <see cref="FormatException"/> with the line's number; nothing of a bad file is used.</summary>
    public static PasswordFile Parse(IEnumerable<string> lines)
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (!TryParseLine(line, out var name, out var entry))
            {
                throw new FormatException($"Line {number} of the password file is not name:role:scheme$...");
            }

            if (!entries.TryAdd(name, entry)) throw new FormatException($"Line {number} repeats the name {name}.");
        }

        return new(entries.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public static string Line(string name, Role role, string password) =>
        $"{name}:{RoleNames.Of(role)}:{PasswordHash.Create(role, password)}";

    public static bool UsableName(string name, Role role) =>
        name.Length is > 0 and <= 64 && !name.AsSpan().ContainsAny(":/+#")
        && !name.Any(char.IsControl) && (role == Role.Device) == KeyId.TryParse(name, out _);

    public Identity? Authenticate(string clientId, string? user, ReadOnlySpan<byte> password)
    {
        var known = entries.TryGetValue(user ?? "", out var entry);
        // An unknown user costs a check too, so that time does not tell which names exist.
        var verified = (known ? entry!.Password : nobody).Verify(password);
        return known && verified ? entry!.Identity : null;
    }

    private static bool TryParseLine(string line, out string name, out Entry entry)
    {
        entry = default!;
        var parts = line.Split(':', 3);
        name = parts[0];
        if (parts.Length != 3 || !RoleNames.TryParse(parts[1], out var role) || !UsableName(name, role)) return false;
        if (!PasswordHash.TryParse(parts[2], out var password)) return false;
        KeyId? kid = role == Role.Device && KeyId.TryParse(name, out var parsed) ? parsed : null;
        entry = new(new(name, kid, role), password);
        return true;
    }

    private sealed record Entry(Identity Identity, PasswordHash Password);
}
