using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace MqttPay.Host.Admin;

/// <summary>
/// HTTP over a Unix socket: how a local verb reaches its running process. Whoever may open the file is the operator;
/// nothing else is asked. Take the store's lock before <see cref="Listen"/>: it removes what a killed process left.
/// </summary>
public static class AdminSocket
{
    public const string FileName = "admin.sock";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Linux keeps 108 bytes for the path of a socket, the last one zero.</summary>
    private const int PathBytesMax = 107;

    /// <summary>Adds the socket to the process's listeners; its services need <see cref="Protect"/> as well.</summary>
    public static void Listen(KestrelServerOptions kestrel, string path)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > PathBytesMax)
            throw new Cli.VerbException(
                Cli.ExitCode.Usage, $"MP1004 config_rejected: the path of the admin socket is too long: {path}");
        kestrel.ListenUnixSocket(path);
    }

    /// <summary>
    /// Makes the file private between bind and listen, so that there is no moment when others may connect.
    /// </summary>
    public static IServiceCollection Protect(this IServiceCollection services) =>
        services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = Bind);

    /// <summary>A client of the process that listens there. Its base address has no meaning beyond the paths.</summary>
    public static HttpClient Connect(string path, TimeSpan? timeout = null)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = (_, cancel) => OpenAsync(path, cancel),
        };
        return new(handler) { BaseAddress = new("http://admin"), Timeout = timeout ?? TimeSpan.FromSeconds(30) };
    }

    private static Socket Bind(EndPoint endpoint)
    {
        if (endpoint is not UnixDomainSocketEndPoint unix)
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

        var path = unix.ToString();
        File.Delete(path);   // Kestrel removes it on a clean stop only; after kill -9 it would be "address in use".
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endpoint);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, OwnerOnly);
        return socket;
    }

    private static async ValueTask<Stream> OpenAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var connected = false;
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            connected = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
        finally
        {
            if (!connected) socket.Dispose();
        }
    }
}
