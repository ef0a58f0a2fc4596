using MqttPay.Broker.Access;

namespace MqttPay.Broker.Host;

/// <summary>Adds an entry to a password file, or replaces the one of that name.</summary>
internal static class PasswdCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static int Run(string file, string user, string roleName)
    {
        if (!RoleNames.TryParse(roleName, out var role)) return BrokerCommand.Refuse($"The role is {RoleNames.All}.");
        if (!PasswordFile.UsableName(user, role))
        {
            return BrokerCommand.Refuse(
                "A device's name is its key id, 16 lower-case hex digits; no other may look like one or hold : / + #.");
        }

        if (!Console.IsInputRedirected) Console.Error.Write("Password: ");
        var password = Console.In.ReadLine();
        if (string.IsNullOrEmpty(password)) return BrokerCommand.Refuse("No password was given.");
        try
        {
            Replace(file, user, PasswordFile.Line(user, role, password));
            return BrokerCommand.Ok;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            Console.Error.WriteLine(error.Message);
            return BrokerCommand.Failed;
        }
    }

    /// <summary>The new file takes the old one's place in one step, so a reader sees either of them whole.</summary>
    private static void Replace(string file, string user, string line)
    {
        string[] before = File.Exists(file) ? File.ReadAllLines(file) : [];
        string[] after = [.. before.Where(each => !each.StartsWith($"{user}:", StringComparison.Ordinal)), line];
        PasswordFile.Parse(after);
        var next = $"{file}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var writer = new StreamWriter(next, options))
        {
            foreach (var each in after) writer.WriteLine(each);
        }

        File.Move(next, file, overwrite: true);
    }
}
