from http.server import HTTPServer, SimpleHTTPRequestHandler

HTTPServer(('', 88), SimpleHTTPRequestHandler).serve_forever()
