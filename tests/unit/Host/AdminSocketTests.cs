using System.Runtime.Versioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using MqttPay.Host.Admin;
using MqttPay.Host.Cli;
using Xunit;

namespace MqttPay.UnitTests.Host;

[SupportedOSPlatform("linux")]
public sealed class AdminSocketTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mp");

    private string SocketPath => Path.Combine(folder.FullName, AdminSocket.FileName);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_verb_reaches_its_process_by_the_socket()
    {
        await using var server = await StartAsync();
        using var client = AdminSocket.Connect(SocketPath);

        Assert.Equal("fine", await client.GetStringAsync("/status", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Only_the_owner_may_open_the_socket()
    {
        await using var server = await StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public async Task What_a_killed_process_left_does_not_stop_the_next_start()
    {
        // To bind, a dead socket and any other file are the same: the address is in use.
        await File.WriteAllTextAsync(SocketPath, "", TestContext.Current.CancellationToken);

        await using var server = await StartAsync();
        using var client = AdminSocket.Connect(SocketPath);

        Assert.Equal("fine", await client.GetStringAsync("/status", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_process_the_call_says_so()
    {
        using var client = AdminSocket.Connect(SocketPath);

        await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetStringAsync("/status", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused_with_its_code()
    {
        var kestrel = new KestrelServerOptions();

        var refused = Assert.Throws<VerbException>(() => AdminSocket.Listen(kestrel, "/" + new string('x', 107)));
        AdminSocket.Listen(kestrel, "/" + new string('x', 106));

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => AdminSocket.Listen(kestrel, SocketPath));
        builder.Services.Protect();
        var server = builder.Build();
        server.MapGet("/status", () => "fine");
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }
}
