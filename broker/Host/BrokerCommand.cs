using System.CommandLine;
using System.Net;
using MqttPay.Broker.Access;

namespace MqttPay.Broker.Host;

/// <summary>The command line: <c>run</c> and <c>passwd</c>.</summary>
internal static class BrokerCommand
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("MQTT broker of MqttPay") { MakeRun(), MakePasswd() };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
        // The library would answer 1, which means here that something was tried and failed.
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
        return Usage;
    }

    private static Command MakeRun()
    {
        var port = new Option<int>("--port")
        {
            Description = "TCP port, 0 for a free one", DefaultValueFactory = _ => 1883,
        };
        var address = new Option<string>("--address")
        {
            Description = "address to listen on", DefaultValueFactory = _ => "127.0.0.1",
        };
        var anonymous = new Option<bool>("--anonymous") { Description = "let everybody in, on loopback only" };
        var passwords = new Option<string?>("--passwords") { Description = "file of name:role:scheme$... lines" };
        var json = new Option<bool>("--json") { Description = "one JSON object per line on standard output" };
        var child = new Option<bool>("--child") { Description = "stop when standard input closes" };
        var run = new Command("run", "Run the broker") { port, address, anonymous, passwords, json, child };
        run.SetAction((parsed, cancel) =>
        {
            if (!IPAddress.TryParse(parsed.GetValue(address), out var ip) || parsed.GetValue(port) is < 0 or > 65_535)
            {
                return Task.FromResult(Refuse("--address takes an IP address and --port a number up to 65535."));
            }

            return RunCommand.RunAsync(
                new(
                    new(ip, parsed.GetValue(port)), parsed.GetValue(anonymous), parsed.GetValue(passwords),
                    parsed.GetValue(json), parsed.GetValue(child)),
                cancel);
        });
        return run;
    }

    private static Command MakePasswd()
    {
        var file = new Argument<string>("file") { Description = "password file, made if it is not there" };
        var user = new Argument<string>("user") { Description = "a device's key id, or another name" };
        var role = new Argument<string>("role") { Description = RoleNames.All };
        var passwd = new Command("passwd", "Set a user's password, read from standard input") { file, user, role };
        passwd.SetAction(parsed => PasswdCommand.Run(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(user), parsed.GetRequiredValue(role)));
        return passwd;
    }

    public static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return Usage;
    }
}
