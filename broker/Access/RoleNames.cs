namespace MqttPay.Broker.Access;

/// <summary>Roles as they are written in the password file and on the command line.</summary>
public static class RoleNames
{
    public const string All = "device, enrol, agent or backend";

    public static string Of(Role role) => role switch
    {
        Role.Device => "device",
        Role.Enrol => "enrol",
        Role.Agent => "agent",
        Role.Backend => "backend",
        Role.Anonymous => "anonymous",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Anonymous is a way to run the broker, not a role that a name can have.</summary>
    public static bool TryParse(string name, out Role role)
    {
        role = name switch
        {
            "device" => Role.Device,
            "enrol" => Role.Enrol,
            "agent" => Role.Agent,
            "backend" => Role.Backend,
            _ => default,
        };
        return role != default;
    }
}
