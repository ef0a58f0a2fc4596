using System.Text;

namespace MqttPay.Broker.Access;

/// <summary>Default deny: a role may do what a line says, and nothing else.</summary>
public sealed class AccessList(IEnumerable<AccessRule> rules)
{
    private readonly AccessRule[] rules = [.. rules];

    public static AccessList Standard { get; } = new(
    [
        new(Role.Device, AccessRight.Publish, "p/%k/q"),
        new(Role.Device, AccessRight.Subscribe, "p/%k/r"),
        new(Role.Device, AccessRight.Subscribe, "p/%k/c"),
        new(Role.Enrol, AccessRight.Publish, "enrol/%c/q"),
        new(Role.Enrol, AccessRight.Subscribe, "enrol/%c/r"),
        new(Role.Agent, AccessRight.Publish, "p/+/r"),
        new(Role.Agent, AccessRight.Publish, "p/+/c"),
        new(Role.Agent, AccessRight.Retain, "p/+/c"),
        new(Role.Agent, AccessRight.Subscribe, "p/+/q"),
        new(Role.Backend, AccessRight.Subscribe, "p/+/r"),
        new(Role.Backend, AccessRight.Subscribe, "$SYS/#"),
        new(Role.Anonymous, AccessRight.Publish, "#"),
        new(Role.Anonymous, AccessRight.Retain, "#"),
        new(Role.Anonymous, AccessRight.Subscribe, "#"),
        new(Role.Anonymous, AccessRight.Subscribe, "$SYS/#"),
    ]);

    /// <summary>Fills in a connection's own names once, so that a check compares bytes only.</summary>
    internal ConnectionRights For(Identity identity, string clientId) => new(
        Fill(identity, clientId, AccessRight.Publish),
        Fill(identity, clientId, AccessRight.Retain),
        Fill(identity, clientId, AccessRight.Subscribe));

    private byte[][] Fill(Identity identity, string clientId, AccessRight right) =>
        [.. rules
            .Where(rule => rule.Role == identity.Role && rule.Right == right)
            .Where(rule => identity.Kid is not null || !rule.Pattern.Contains("%k", StringComparison.Ordinal))
            .Select(rule => Encoding.UTF8.GetBytes(Fill(rule.Pattern, identity, clientId)))];

    private static string Fill(string pattern, Identity identity, string clientId) => string.Join('/',
        pattern.Split('/').Select(level => level switch
        {
            "%k" => identity.Kid?.ToString() ?? "",
            "%c" => Level(clientId),
            "%u" => Level(identity.User),
            _ => level,
        }));

    /// <summary>
    /// A name with a separator or a wildcard in it would widen the pattern, so it fits no topic at all.
    /// </summary>
    private static string Level(string name) => name.AsSpan().ContainsAny("/+#") ? "\u0001" : name;
}
